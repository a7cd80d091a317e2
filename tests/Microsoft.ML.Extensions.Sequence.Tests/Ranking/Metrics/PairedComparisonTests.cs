namespace Microsoft.ML.Extensions.Sequence.Tests;

[TestClass]
public sealed class PairedComparisonTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void OfFewQueriesAllChoicesOfSignsAreTried()
    {
        // Only all plus and all minus are as far from 0 as 1 + 2 + 3.
        Assert.AreEqual(2 / 8d, RandomizationTest.PValue([1, 2, 3], 1));
        // |1 + 2 - 3| = 0 is exceeded or reached by every choice.
        Assert.AreEqual(1, RandomizationTest.PValue([1, 2, -3], 1));
        Assert.AreEqual(1, RandomizationTest.PValue([0, 0], 1));
        Assert.AreEqual(2 / 8d, RandomizationTest.PValue([.1, 0, .2, .3], 1));
    }

    [TestMethod]
    public void OfManyQueriesDrawnSignsComeCloseToAllOfThem()
    {
        var differences = Enumerable.Range(0, 20).Select(i => i < 14 ? 1d : -1d).ToArray();
        // Twice the chance of 14 heads and more in 20 tosses.
        Assert.AreEqual(.11532, RandomizationTest.PValue(differences, 1), .005);
        Assert.AreEqual(RandomizationTest.PValue(differences, 1), RandomizationTest.PValue(differences, 1));
        Assert.AreEqual(1 / 100_001d, RandomizationTest.PValue([.. Enumerable.Repeat(1d, 100)], 1));
    }

    [TestMethod]
    public void TheTestIsRightByChanceAlone()
    {
        var random = new Random(1);
        var values = Enumerable.Range(0, 200)
            .Select(_ => RandomizationTest.PValue([.. Enumerable.Range(0, 12).Select(_ => random.NextDouble() - .5)], 1)).ToArray();
        Assert.AreEqual(.1, values.Count(value => value <= .1) / 200d, .06);
    }

    [TestMethod]
    public void ItSaysHowManyQueriesGotBetterAndWorse()
    {
        var comparison = _ml.Ranking.CompareRankings(Evaluation(1, .5f, 1), Evaluation(.5f, 1, 1), RankingMetric.ReciprocalRank);
        Assert.AreEqual((3, 1, 1, 0d), (comparison.Queries, comparison.Better, comparison.Worse, comparison.Difference));
        Assert.AreEqual(Math.Sqrt(.5 / 2 / 3), comparison.StandardError, 1e-12);
        Assert.AreEqual(1, comparison.PValue);
    }

    [TestMethod]
    public void OtherQueriesAreRefused() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(() => _ml.Ranking.CompareRankings(Evaluation(1, 1), Evaluation(1)))
            .Message, "1 queries are in only one of the evaluations, such as '1'");

    // For each query a relevant document at rank 1 or 2.
    private RankingEvaluation Evaluation(params float[] reciprocalRanks)
    {
        var (run, judgements) = (new RankingRun(), new RelevanceJudgements());
        for (var query = 0; query < reciprocalRanks.Length; query++)
        {
            run.Add($"{query}", "relevant", reciprocalRanks[query]);
            run.Add($"{query}", "other", .75f);
            judgements.Add($"{query}", "relevant", 1);
        }
        return _ml.Ranking.EvaluateRanking(run, judgements);
    }
}
