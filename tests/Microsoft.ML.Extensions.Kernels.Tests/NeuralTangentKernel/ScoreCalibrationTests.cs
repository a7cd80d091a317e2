namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class ScoreCalibrationTests
{
    [TestMethod]
    public void Factor_IsTheOneThatMadeTheTargets()
    {
        var random = new Random(1);
        var scores = Enumerable.Range(0, 3 * 4000).Select(_ => random.NextDouble()).ToArray();
        var targets = Enumerable.Range(0, 4000).SelectMany(row => Softmax(scores[(3 * row)..(3 * (row + 1))], 4)).ToArray();
        var (factor, loss) = ScoreCalibration.Fit(scores, targets, Ones(4000));
        Assert.AreEqual(4, factor, 0.01);
        var entropy = Enumerable.Range(0, 4000).Average(row => -targets[(3 * row)..(3 * (row + 1))].Sum(share => share * Math.Log(share)));
        Assert.AreEqual(entropy, loss, 1e-3);
    }

    [TestMethod]
    public void OneScore_IsTheDifferenceOfTwo()
    {
        double[] scores = [0.5, -0.2, 0.1, -0.7, 0.3], targets = [1, -1, -1, -1, 1];
        var two = ScoreCalibration.Fit(
            [.. scores.SelectMany(score => new[] { 0, score })], [.. targets.SelectMany(sign => new[] { (1 - sign) / 2, (1 + sign) / 2 })], Ones(5));
        var one = ScoreCalibration.Fit(scores, targets, Ones(5));
        Assert.AreEqual(two.Factor, one.Factor, 1e-9);
        Assert.AreEqual(two.Loss, one.Loss, 1e-12);
    }

    [TestMethod]
    public void RowsThatAreAllRight_AskForNoInfiniteFactor() =>
        Assert.IsLessThan(30, ScoreCalibration.Fit([1, -1, 1, -1], [1, -1, 1, -1], Ones(4)).Factor);

    [TestMethod]
    public void ScoresThatTellNothing_GetAFactorNearZero() =>
        Assert.IsLessThan(0.1, ScoreCalibration.Fit([1, 1, -1, -1], [1, -1, 1, -1], Ones(4)).Factor);

    [TestMethod]
    public void Weight_CountsAsSoManyRows()
    {
        var weighted = ScoreCalibration.Fit([0.5, -0.2, 0.4], [1, -1, -1], [2, 1, 1]);
        var repeated = ScoreCalibration.Fit([0.5, 0.5, -0.2, 0.4], [1, 1, -1, -1], Ones(4));
        // Only the smoothing knows how many rows there are.
        Assert.AreEqual(repeated.Factor, weighted.Factor, 0.3);
    }

    private static double[] Ones(int count) => [.. Enumerable.Repeat(1.0, count)];

    private static double[] Softmax(double[] scores, double factor)
    {
        var powers = scores.Select(score => Math.Exp(factor * score)).ToArray();
        return [.. powers.Select(power => power / powers.Sum())];
    }
}
