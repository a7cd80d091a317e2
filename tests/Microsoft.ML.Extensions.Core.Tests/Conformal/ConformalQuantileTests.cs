using Microsoft.ML.Extensions.Conformal;

namespace Microsoft.ML.Extensions.Core.Tests.Conformal;

[TestClass]
public sealed class ConformalQuantileTests
{
    [TestMethod]
    [DataRow(9, 0.9, 9)]
    [DataRow(19, 0.9, 18)]
    [DataRow(20, 0.9, 19)]
    [DataRow(99, 0.95, 95)]
    [DataRow(1, 0.5, 1)]
    [DataRow(1000, 0.01, 11)]
    public void Threshold_IsTheScoreOfTheRank(int rows, double coverage, int rank)
    {
        float[] scores = [.. Enumerable.Range(1, rows).Select(value => (float)value).Reverse()];
        Assert.AreEqual(rank, ConformalQuantile.Of(scores, coverage, "It"));
    }

    [TestMethod]
    [DataRow(8, 0.9, "It has 8 rows with a label; a coverage of 0.9 needs at least 9.")]
    [DataRow(1, 0.6, "It has 1 row with a label; a coverage of 0.6 needs at least 2.")]
    [DataRow(98, 0.99, "needs at least 99.")]
    [DataRow(0, 0.5, "needs at least 1.")]
    public void TooFewRows_AreRefusedWithTheNumberNeeded(int rows, double coverage, string message) => StringAssert.Contains(
        Assert.ThrowsExactly<InvalidOperationException>(() => ConformalQuantile.Of(new float[rows], coverage, "It")).Message, message);

    // The theorem: a new score is at or below the threshold with a probability of at least the coverage, and at most 1 / (n + 1) more.
    [TestMethod]
    [DataRow(19, 0.9)]
    [DataRow(50, 0.8)]
    public void NewScores_AreCoveredAsPromised(int rows, double coverage)
    {
        const int times = 20_000;
        var random = new Random(1);
        var covered = Enumerable.Range(0, times).Count(_ =>
        {
            float[] scores = [.. Enumerable.Range(0, rows + 1).Select(_ => (float)Math.Exp(3 * random.NextDouble()))];
            return scores[0] <= ConformalQuantile.Of(scores.AsSpan(1), coverage, "It");
        });
        var deviation = Math.Sqrt(coverage * (1 - coverage) / times);
        Assert.IsInRange(coverage - (4 * deviation), coverage + (1.0 / (rows + 1)) + (4 * deviation), covered / (double)times);
    }
}
