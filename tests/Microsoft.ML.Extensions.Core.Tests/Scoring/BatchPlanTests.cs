using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Core.Tests.Training;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Scoring;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Scoring;

[TestClass]
public sealed class BatchPlanTests
{
    [TestMethod]
    public void RowsOfOneLength_AreOneBatchInTheirOrder() =>
        AssertPlan([.. Enumerable.Repeat(10, 256)], 1, [.. Enumerable.Range(0, 256)]);

    [TestMethod]
    public void LongRow_IsScoredAlone() => AssertPlan([1, 1, 300_000, 1], 8, [0, 1, 3], [2]);

    [TestMethod]
    public void LongRow_IsTheLastThatIsReadAhead()
    {
        Assert.IsTrue(BatchPlan.ReadsOn(255, 255, 8));
        Assert.IsFalse(BatchPlan.ReadsOn(256, 256, 8));
        Assert.IsFalse(BatchPlan.ReadsOn(2, 300_001, 8));
    }

    // 16,000 numbers a step count as 400 channels, of which a batch has 41,943 steps; in an ensemble those of the widest network count.
    [TestMethod]
    public void WideNetwork_HasFewerStepsInABatch()
    {
        using var scope = NewDisposeScope();
        var (narrow, wide) = (new Wide(4), new Wide(4 * 16_000));
        Assert.AreEqual(8, BatchPlan.Width(narrow, 8));
        Assert.AreEqual(1_600, BatchPlan.Width(wide, 8));
        Assert.AreEqual(1_600, BatchPlan.Width(Ensemble.Of([narrow, wide], LoopRun.Squares), 8));
        Assert.AreEqual(10_485, BatchPlan.Budget(1_600));
    }

    [TestMethod]
    public void LikeLengths_GoTogether() => AssertPlan([3, 100, 4, 90, 3], 1, [0, 4, 2], [3, 1]);

    [TestMethod]
    public void NoRows_AreNoBatch() => Assert.IsEmpty(BatchPlan.Of([], 1));

    [TestMethod]
    [DataRow(1)]
    [DataRow(8)]
    [DataRow(3 * 224 * 224)]
    [DataRow(1 << 25)]
    public void EveryBatch_IsWithinTheBudget_AndAtMostHalfPadding(int channels)
    {
        var random = new Random(channels);
        for (var trial = 0; trial < 200; trial++)
        {
            int[] lengths = [.. Enumerable.Range(0, random.Next(1, 257)).Select(_ => (int)Math.Exp(random.NextDouble() * 13))];
            var plan = BatchPlan.Of(lengths, channels);
            CollectionAssert.AreEqual(Enumerable.Range(0, lengths.Length).ToArray(), plan.SelectMany(batch => batch).Order().ToArray());
            foreach (var batch in plan)
            {
                var padded = batch.Length * (long)batch.Max(row => lengths[row]);
                Assert.IsTrue(batch.Length == 1 || padded <= BatchPlan.Budget(channels));
                Assert.IsLessThanOrEqualTo(2 * batch.Sum(row => (long)lengths[row]), padded);
            }
        }
    }

    private static void AssertPlan(int[] lengths, int channels, params int[][] batches)
    {
        var plan = BatchPlan.Of(lengths, channels);
        Assert.HasCount(batches.Length, plan);
        foreach (var (expected, actual) in batches.Zip(plan))
        {
            CollectionAssert.AreEqual(expected, actual);
        }
    }

    private sealed class Wide(long bytesOfAStep) : Network(nameof(Wide)), IRowMemory
    {
        public long RowBytes(long steps) => steps * bytesOfAStep;

        public override Tensor forward(InputBatch batch) => batch.Values;
    }
}
