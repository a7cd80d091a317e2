namespace Microsoft.ML.Extensions.Sequence.Tests;

[TestClass]
public sealed class RankingFusionTests
{
    private readonly MLContext _ml = new(1);

    private static RankingRun First => Run(("q", "a", 10), ("q", "b", 6), ("q", "c", 2));

    private static RankingRun Second => Run(("q", "b", .9f), ("q", "d", .1f));

    [TestMethod]
    public void ReciprocalRanksAddUp()
    {
        var fused = Scores(_ml.Ranking.FuseByReciprocalRank([First, Second]));
        Assert.AreEqual((1 / 62d) + (1 / 61d), fused["b"], 1e-7);
        Assert.AreEqual(1 / 63d, fused["c"], 1e-7);
        Assert.AreEqual(1 / 2d, Scores(_ml.Ranking.FuseByReciprocalRank([First], k: 1))["a"], 1e-7);
    }

    [TestMethod]
    public void EqualScoresShareTheirRanks()
    {
        var fused = Scores(_ml.Ranking.FuseByReciprocalRank([Run(("q", "a", 1), ("q", "b", 1), ("q", "c", 0))]));
        Assert.AreEqual(((1 / 61d) + (1 / 62d)) / 2, fused["a"], 1e-7);
        Assert.AreEqual(fused["a"], fused["b"]);
    }

    [TestMethod]
    public void ScoresAreWeightedOnOneScale()
    {
        var fused = Scores(_ml.Ranking.FuseByScore([First, Second], [.25, .75]));
        Assert.AreEqual((.25 * .5) + .75, fused["b"], 1e-6);
        Assert.AreEqual(.25, fused["a"], 1e-6);
        Assert.AreEqual(0, fused["d"], 1e-6);
        var deviations = Scores(_ml.Ranking.FuseByScore([First, Second], [1, 1], ScoreNormalization.ZScore));
        Assert.AreEqual(Math.Sqrt(1.5) - 1, deviations["a"], 1e-6);
        Assert.AreEqual(1, deviations["b"], 1e-6);
    }

    [TestMethod]
    public void EqualScoresForAllChangeNoOrder()
    {
        var equal = Run(("q", "a", 3), ("q", "b", 3), ("q", "c", 3));
        foreach (var normalization in Enum.GetValues<ScoreNormalization>())
        {
            var fused = _ml.Ranking.FuseByScore([First, equal], [1, 1], normalization);
            CollectionAssert.AreEqual(new[] { "a", "b", "c" }, fused.Ranking("q").Select(document => document.Id).ToArray());
        }
    }

    [TestMethod]
    public void AQueryOfOneRunAloneIsKept() =>
        Assert.AreEqual("x", _ml.Ranking.FuseByScore([First, Run(("r", "x", 1))], [1, 1]).Ranking("r").Single().Id);

    [TestMethod]
    public void ChosenWeightsAreNoWorseThanTheBestPart()
    {
        var random = new Random(1);
        var judgements = new RelevanceJudgements();
        var runs = new[] { new RankingRun(), new RankingRun(), new RankingRun() };
        foreach (var (query, document) in Enumerable.Range(0, 20).SelectMany(query => Enumerable.Range(0, 30).Select(document => ($"q{query}", $"d{document}"))))
        {
            var relevant = random.NextDouble() < .2;
            judgements.Add(query, document, relevant ? 1 : 0);
            runs[0].Add(query, document, (relevant ? 1 : 0) + (float)random.NextDouble() * 2);
            runs[1].Add(query, document, (relevant ? 1 : 0) + (float)random.NextDouble() * 2);
            runs[2].Add(query, document, (float)random.NextDouble());
        }
        var weights = _ml.Ranking.ChooseFusionWeights(runs, judgements);
        Assert.AreEqual(1, weights.Sum(), 1e-12);
        Assert.IsTrue(weights[0] > .2 && weights[1] > .2 && weights[2] < .2, string.Join(' ', weights));
        var fused = Map(_ml.Ranking.FuseByScore(runs, weights));
        Assert.IsGreaterThan(runs.Max(Map) + .02, fused);

        double Map(RankingRun run) => _ml.Ranking.EvaluateRanking(run, judgements).MeanAveragePrecision;
    }

    [TestMethod]
    public void JudgementsOfOtherQueriesDoNotCount()
    {
        var judgements = new RelevanceJudgements();
        judgements.Add("q", "d", 1);
        judgements.Add("other", "d", 1);
        CollectionAssert.AreEqual(new[] { 0d, 1d }, _ml.Ranking.ChooseFusionWeights([First, Second], judgements));
    }

    [TestMethod]
    public void WhatCannotBeFusedIsRefused()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => _ml.Ranking.FuseByScore([First], [1, 2])).Message, "1 runs and 2 weights");
        Assert.ThrowsExactly<ArgumentException>(() => _ml.Ranking.FuseByScore([First], [double.NaN]));
        Assert.ThrowsExactly<ArgumentException>(() => _ml.Ranking.FuseByReciprocalRank([]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Ranking.FuseByReciprocalRank([First], -1));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => _ml.Ranking.FuseByScore([Run(("q", "a", 1), ("q", "b", float.PositiveInfinity))], [1])).Message, "'b' has the score Infinity");
    }

    private static Dictionary<string, double> Scores(RankingRun run) => run.Ranking("q").ToDictionary(document => document.Id, document => (double)document.Score);

    private static RankingRun Run(params (string Query, string Document, float Score)[] rows)
    {
        var run = new RankingRun();
        foreach (var (query, document, score) in rows)
        {
            run.Add(query, document, score);
        }
        return run;
    }
}
