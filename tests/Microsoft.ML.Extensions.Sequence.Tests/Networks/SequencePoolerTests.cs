using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Networks;

/// <summary>Values after the end of a row have no effect.</summary>
[TestClass]
public sealed class SequencePoolerTests
{
    [TestMethod]
    [DataRow(SequencePooling.Last, false, new[] { -5f, -6, -3, -4 })]
    [DataRow(SequencePooling.Last, true, new[] { -5f, -6, -1, -2, -3, -4, -7, -8 })]
    [DataRow(SequencePooling.Mean, false, new[] { -3f, -4, -5, -6 })]
    [DataRow(SequencePooling.Max, false, new[] { -1f, -2, -3, -4 })]
    [DataRow(SequencePooling.MeanMax, false, new[] { -3f, -4, -1, -2, -5, -6, -3, -4 })]
    [DataRow(SequencePooling.Attention, false, new[] { -3f, -4, -5, -6 })]
    public void Rows_ArePooledOverTheirOwnSteps(SequencePooling pooling, bool bidirectional, float[] expected)
    {
        using var scope = NewDisposeScope();
        using var pooler = new SequencePooler(pooling, channels: 2, segments: 3, bidirectional);
        var steps = tensor(new float[] { -1, -2, -3, -4, -5, -6, -7, -8, -3, -4, 100, 100 }).view(2, 3, 2);
        var pooled = pooler.call(steps, new InputBatch(steps, [3, 2]));
        Assert.AreEqual(pooler.Width, pooled.shape[1]);
        CollectionAssert.AreEqual(expected, pooled.flatten().data<float>().ToArray().Select(value => MathF.Round(value, 4)).ToArray());
    }

    [TestMethod]
    public void Segments_AreMeansOfTheStepsAboutTheirCentres_InEveryRowsOwnTime()
    {
        using var scope = NewDisposeScope();
        using var pooler = new SequencePooler(SequencePooling.Segments, channels: 1, segments: 2, bidirectional: false);
        var steps = tensor(new float[] { 1, 2, 3, 4, 8, 9, 100, 100 }).view(2, 4, 1);
        var pooled = pooler.call(steps, new InputBatch(steps, [4, 2]));
        // Four steps at 1/8, 3/8, 5/8 and 7/8 about 1/4: weights 3/4, 3/4, 1/4. Two steps at 1/4 and 3/4: one each.
        float[] expected = [(1 + 2 + 1f) * 3 / 7, (4 + 3 + (2 / 3f)) * 3 / 7, 8, 9];
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], pooled.flatten()[i].Item<float>(), 1e-4);
        }
    }
}
