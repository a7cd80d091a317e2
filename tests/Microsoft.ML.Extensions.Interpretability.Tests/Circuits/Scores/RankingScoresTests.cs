namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits;

[TestClass]
public sealed class RankingScoresTests
{
    private static readonly bool[] Truth = [true, false, true, false, false];

    [TestMethod]
    public void AreaUnderRoc_IsThePartOfPairsInOrder()
    {
        // Pairs of a true and a false score: 3>1, 3=3, 3>0, 2>1, 2<3, 2>0.
        Assert.AreEqual(4.5 / 6, RankingScores.AreaUnderRoc([3, 1, 2, 3, 0], Truth), 1e-12);
        Assert.AreEqual(0.5, RankingScores.AreaUnderRoc([1, 1, 1, 1, 1], Truth), 1e-12);
        Assert.AreEqual(1, RankingScores.AreaUnderRoc([2, 1, 2, 1, 1], Truth), 1e-12);
    }

    [TestMethod]
    public void AreaUnderRoc_IsWhatTrapezoidsUnderTheCurveHave()
    {
        var random = new Random(5);
        var scores = Enumerable.Range(0, 200).Select(_ => (double)random.Next(12)).ToArray();
        var truth = scores.Select(score => random.Next(12) < score).ToArray();
        var curve = RankingScores.Roc(scores, truth);
        var area = curve.Zip(curve.Skip(1), (left, right) =>
            (right.FalsePositiveRate - left.FalsePositiveRate) * (right.TruePositiveRate + left.TruePositiveRate) / 2).Sum();
        Assert.AreEqual(area, RankingScores.AreaUnderRoc(scores, truth), 1e-12);
        Assert.AreEqual(new RocPoint(scores.Min(), 1, 1), curve[^1]);
        Assert.AreEqual(13, curve.Count);
    }

    [TestMethod]
    public void F1_IsOfPrecisionAndRecall()
    {
        // At least 2: both true ones and one false one; precision 2/3, recall 1.
        Assert.AreEqual(0.8, RankingScores.F1([3, 1, 2, 3, 0], Truth, 2), 1e-12);
        Assert.AreEqual(0, RankingScores.F1([3, 1, 2, 3, 0], Truth, 4));
        // The other: sensitivity 1, specificity 2/3.
        Assert.AreEqual(0.8, RankingScores.HarmonicMeanOfRates([3, 1, 2, 3, 0], Truth, 2), 1e-12);
        // Where few are true they differ: precision 1/4, but 7/10 of the false ones left out.
        bool[] rare = [true, .. new bool[10]];
        double[] scores = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
        Assert.AreEqual(0.4, RankingScores.F1(scores, rare, 1), 1e-12);
        Assert.AreEqual(1.4 / 1.7, RankingScores.HarmonicMeanOfRates(scores, rare, 1), 1e-12);
    }

    [TestMethod]
    public void Scores_ThatCannotBeRankedAreErrors()
    {
        Assert.ThrowsExactly<ArgumentException>(() => RankingScores.AreaUnderRoc([1, double.NaN], [true, false]));
        Assert.ThrowsExactly<ArgumentException>(() => RankingScores.AreaUnderRoc([1, 2], [true, true]));
        Assert.ThrowsExactly<ArgumentException>(() => RankingScores.AreaUnderRoc([1, 2], [true]));
    }
}
