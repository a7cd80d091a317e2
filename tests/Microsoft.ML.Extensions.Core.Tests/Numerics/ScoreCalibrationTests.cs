using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Core.Tests.Numerics;

[TestClass]
public sealed class ScoreCalibrationTests
{
    [TestMethod, Trained]
    public void Factor_IsTheOneThatMadeTheTargets()
    {
        var random = new Random(TrainedSeed.From(1));
        var scores = Enumerable.Range(0, 3 * 4000).Select(_ => random.NextDouble()).ToArray();
        var targets = Enumerable.Range(0, 4000).SelectMany(row => Softmax(scores[(3 * row)..(3 * (row + 1))], 4)).ToArray();
        var (link, loss) = ScoreCalibration.Fit(scores, targets, Ones(4000), 4000);
        double[] logits = [.. scores];
        link.Apply(logits, 3);
        TrainedBound.Near(
            scores.Select((score, i) => 4 * (score - scores[i / 3 * 3])), logits.Select((logit, i) => logit - logits[i / 3 * 3]), 0.1,
                "difference of logits");
        var entropy = Enumerable.Range(0, 4000).Average(row => -targets[(3 * row)..(3 * (row + 1))].Sum(share => share * Math.Log(share)));
        TrainedBound.Near(entropy, loss, 1e-3, "loss beside the entropy");
    }

    [TestMethod]
    public void OneScore_IsTheDifferenceOfTwo()
    {
        double[] scores = [0.5, -0.2, 0.1, -0.7, 0.3], targets = [1, -1, -1, -1, 1];
        var two = ScoreCalibration.Fit(
            [.. scores.SelectMany(score => new[] { (1 - score) / 2, (1 + score) / 2 })],
                [.. targets.SelectMany(sign => new[] { (1 - sign) / 2, (1 + sign) / 2 })], Ones(5), 5);
        var one = ScoreCalibration.Fit(scores, targets, Ones(5), 5);
        double[] pairs = [.. scores.SelectMany(score => new[] { (1 - score) / 2, (1 + score) / 2 })], single = [.. scores];
        two.Link.Apply(pairs, 2);
        one.Link.Apply(single, 1);
        for (var i = 0; i < 5; i++)
        {
            Assert.AreEqual(pairs[(2 * i) + 1] - pairs[2 * i], single[i], 1e-6);
        }
        Assert.AreEqual(two.Loss, one.Loss, 1e-12);
    }

    [TestMethod]
    public void RowsThatAreAllRight_AskForNoInfiniteFactor() =>
        Assert.IsLessThan(30, ScoreCalibration.Fit([1, -1, 1, -1], [1, -1, 1, -1], Ones(4), 4).Link.Factor);

    [TestMethod]
    public void ScoresThatTellNothing_GetAFactorNearZero() =>
        Assert.IsLessThan(0.1, ScoreCalibration.Fit([1, 1, -1, -1], [1, -1, 1, -1], Ones(4), 4).Link.Factor);

    [TestMethod]
    public void Weight_CountsAsSoManyRows()
    {
        var weighted = ScoreCalibration.Fit([0.5, -0.2, 0.4], [1, -1, -1], [2, 1, 1], 4);
        var repeated = ScoreCalibration.Fit([0.5, 0.5, -0.2, 0.4], [1, 1, -1, -1], Ones(4), 4);
        Assert.AreEqual(repeated.Link.Factor, weighted.Link.Factor, 1e-6);
        Assert.AreEqual(repeated.Loss, weighted.Loss, 1e-9);
    }

    [TestMethod]
    public void ScoresThatAreFrequencies_KeepThem()
    {
        // No one slope does: the logits of .99 and .5 lie as far apart as their scores say only for the former.
        double[] frequencies = [0.99, 0.9, 0.7, 0.5, 0.2, 0.02];
        double[] scores = [.. frequencies.Select(share => (2 * share) - 1)], logits = [.. scores];
        var (link, _) = ScoreCalibration.Fit(scores, scores, [.. Enumerable.Repeat(1000.0, 6)], 6000);
        link.Apply(logits, 1);
        for (var i = 0; i < frequencies.Length; i++)
        {
            Assert.AreEqual(frequencies[i], 1 / (1 + Math.Exp(-logits[i])), 0.01, $"{frequencies[i]}");
        }
    }

    [TestMethod, DataRow(0), DataRow(1), DataRow(0.03)]
    public void Link_IsAscending_AndFiniteFarOut(double width)
    {
        double[] scores = [-1000, -30, -1, -0.01, 0, 0.02, 0.5, 1, 40, 1000], logits = [.. scores];
        new ScoreLink(2, width).Apply(logits, 2);
        Assert.IsTrue(logits.All(double.IsFinite));
        CollectionAssert.AreEqual(logits.Order().Distinct().ToArray(), logits);
    }

    private static double[] Ones(int count) => [.. Enumerable.Repeat(1.0, count)];

    private static double[] Softmax(double[] scores, double factor)
    {
        var powers = scores.Select(score => Math.Exp(factor * score)).ToArray();
        return [.. powers.Select(power => power / powers.Sum())];
    }
}
