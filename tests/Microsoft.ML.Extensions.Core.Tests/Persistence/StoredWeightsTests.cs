using Microsoft.ML.Extensions.Persistence;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Persistence;

[TestClass]
public sealed class StoredWeightsTests
{
    private static readonly byte[] File = Write(("a.weight", tensor(new[] { 1f, 2, 3, 4, 5, 6 }).view(2, 3)), ("a.count", tensor(new[] { 7L })), ("b", tensor(new[] { 8.0 })));

    [TestMethod]
    public void Arrays_AreThoseOfTheFile()
    {
        var weights = new StoredWeights(File);
        CollectionAssert.AreEqual(new[] { 1f, 2, 3, 4, 5, 6 }, weights.At("a").Singles("weight", 2, 3));
        CollectionAssert.AreEqual(new[] { 7L }, weights.At("a").Integers("count", 1));
        CollectionAssert.AreEqual(new[] { 8.0 }, weights.Doubles("b", 1));
        Assert.IsTrue(weights.Has("b") && !weights.Has("a") && weights.HasAny("a") && !weights.HasAny("b"));
        CollectionAssert.AreEqual(new[] { 2L, 3 }, weights.ShapeOf("a.weight"));
        CollectionAssert.AreEqual(new[] { 0L }, weights.ShapeOf("c"));
        weights.CheckTaken();
    }

    [TestMethod]
    public void Faults_AreToldTogether()
    {
        var weights = new StoredWeights(File);
        weights.At("a").Singles("weight", 3, 2);
        weights.Singles("missing", 1);
        weights.Singles("b", 1);
        var e = Assert.ThrowsExactly<FormatException>(weights.CheckTaken);
        StringAssert.Contains(e.Message, "The weights do not fit the network");
        StringAssert.Contains(e.Message, "'missing' is missing");
        StringAssert.Contains(e.Message, "'a.count' is unknown to the network");
        StringAssert.Contains(e.Message, "'a.weight' is Float32[2, 3] and should be Float32[3, 2]");
        StringAssert.Contains(e.Message, "'b' is Float64[1] and should be Float32[1]");
    }

    [TestMethod]
    public void NumberThatIsNotFinite_IsRefused()
    {
        var weights = new StoredWeights(Write(("a", tensor(new[] { 1f, float.NaN }))));
        weights.Singles("a", 2);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(weights.CheckTaken).Message, "'a' holds a number that is NaN or infinite");
    }

    [TestMethod]
    public void MoreThanTheFileHolds_IsRefused_BeforeItIsAllocated()
    {
        var weights = new StoredWeights(File);
        var e = Assert.ThrowsExactly<FormatException>(() => weights.Singles("a.weight", 1L << 40, 1L << 40));
        StringAssert.Contains(e.Message, "and the file holds 8");
    }

    private static byte[] Write(params (string, Tensor)[] tensors)
    {
        var file = Safetensors.Write(tensors);
        Array.ForEach(tensors, pair => pair.Item2.Dispose());
        return file;
    }
}
