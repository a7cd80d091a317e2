using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Networks;

[TestClass]
public sealed class LayerTraceTests
{
    [TestMethod]
    public void Trace_KeepsWantedLayers_OfItsThread_UntilItIsDisposed()
    {
        using var scope = NewDisposeScope();
        using (var trace = new LayerTrace(["wanted"], 2, (_, rows) => rows))
        {
            LayerTrace.Add("other", zeros(2, 3));
            LayerTrace.Add("wanted", ones(2, 3, 2));
            var other = new Thread(() => LayerTrace.Add("wanted", zeros(2, 1)));
            other.Start();
            other.Join();
            CollectionAssert.AreEqual(new long[] { 2, 6 }, trace["wanted"].shape);
            StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => trace["other"]).Message, "layer 'other'");
        }
        LayerTrace.Add("wanted", () => throw new AssertFailedException());
    }

    [TestMethod]
    public void InnerTrace_HidesTheOuterOne()
    {
        using var scope = NewDisposeScope();
        using var outer = new LayerTrace(["a"], 1, (_, rows) => rows);
        using (var inner = new LayerTrace(["a"], 1, (_, rows) => rows))
        {
            LayerTrace.Add("a", ones(1, 1));
            Assert.AreEqual(1f, inner["a"].Item<float>());
        }
        Assert.ThrowsExactly<InvalidOperationException>(() => outer["a"]);
        LayerTrace.Add("a", zeros(1, 1));
        Assert.AreEqual(0f, outer["a"].Item<float>());
    }

    [TestMethod]
    public void Padding_CountsAsZero()
    {
        using var scope = NewDisposeScope();
        using var trace = new LayerTrace(["steps"], 2, (_, rows) => rows);
        LayerTrace.Add("steps", ones(2, 3, 1), new InputBatch(ones(2, 3, 1), [3, 1]));
        CollectionAssert.AreEqual(new float[] { 1, 1, 1, 1, 0, 0 }, trace["steps"].flatten().data<float>().ToArray());
    }

    [TestMethod]
    public void PartsOfARow_BecomeItsFeatures_AndOtherNumbersOfRowsAreRefused()
    {
        using var scope = NewDisposeScope();
        using var trace = new LayerTrace(["parts"], 2, (_, rows) => rows);
        LayerTrace.Add("parts", Numbers.Range(12, ScalarType.Float32).view(6, 2));
        CollectionAssert.AreEqual(new float[] { 0, 1, 2, 3, 4, 5 }, trace["parts"][0].data<float>().ToArray());
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => LayerTrace.Add("parts", zeros(5, 2))).Message, "5 rows in a batch of 2");
    }
}
