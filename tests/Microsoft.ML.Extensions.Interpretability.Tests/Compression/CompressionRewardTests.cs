namespace Microsoft.ML.Extensions.Interpretability.Tests.Compression;

[TestClass]
public sealed class CompressionRewardTests
{
    [TestMethod]
    [DataRow(0.0, 0.9, -1.0, DisplayName = "nothing saved")]
    [DataRow(-0.5, 1.0, -1.0, DisplayName = "larger than the teacher")]
    [DataRow(double.NaN, 1.0, -1.0, DisplayName = "no cost")]
    [DataRow(0.5, 0.8, 0.75 * 0.8)]
    [DataRow(0.9, 0.8, 0.99 * 0.8)]
    [DataRow(1.0, 0.8, 0.8)]
    [DataRow(0.5, 1.2, 0.9, DisplayName = "better than the teacher counts")]
    [DataRow(0.5, -0.3, 0.0, DisplayName = "an accuracy below 0 counts as 0")]
    public void ItIsC_2MinusC_TimesTheRatioOfAccuracies(double saved, double accuracy, double expected) =>
        Assert.AreEqual(expected, CompressionReward.Of(saved, accuracy, violates: false, iteration: 7), 1e-12);

    [TestMethod]
    public void AViolatedConstraint_CostsMoreFromIterationToIteration()
    {
        Assert.AreEqual(0.6, CompressionReward.Of(0.5, 0.8, violates: true, iteration: 0), 1e-12);
        var soft = Math.Pow(1 - (5.0 / 15), 4);
        Assert.AreEqual(soft - 1 + (soft * 0.6), CompressionReward.Of(0.5, 0.8, violates: true, iteration: 5), 1e-12);
        Assert.AreEqual(-1, CompressionReward.Of(0.5, 0.8, violates: true, iteration: 15));
        Assert.AreEqual(-1, CompressionReward.Of(0.5, 0.8, violates: true, iteration: int.MaxValue));
    }

    [TestMethod]
    [DataRow(CompressionCost.Parameters, 0.75)]
    [DataRow(CompressionCost.Operations, 0.5)]
    [DataRow(CompressionCost.Latency, 0.2)]
    public void TheCost_IsWhatTheOptionsSay(CompressionCost cost, double saved)
    {
        var teacher = new CompressionCandidate(0, "", 0, 400, 1000, new(0.9, 10, 5), null);
        var student = new CompressionCandidate(1, "", 0, 100, 500, new(0.8, 8, 5), null);
        Assert.AreEqual(saved, new CompressionReward(new() { Cost = cost }, teacher).Saved(student), 1e-12);
    }
}
