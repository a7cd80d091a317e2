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
    public void AReciprocalRankIsAScale()
    {
        var summed = Scores(_ml.Ranking.FuseByScore([First, Second], [1, 1], ScoreNormalization.ReciprocalRank));
        foreach (var (id, score) in Scores(_ml.Ranking.FuseByReciprocalRank([First, Second])))
        {
            Assert.AreEqual(score, summed[id]);
        }
    }

    [TestMethod]
    public void AFusionThatAddsIsChosen_AndItsGainIsWhatTheMetricsSay()
    {
        var (runs, judgements) = Noisy(20, noise: [2, 2]);
        var choice = _ml.Ranking.ChooseFusion(runs, judgements, depth: 10);
        Assert.AreEqual(1, choice.Weights.Sum(), 1e-12);
        Assert.IsTrue(choice.IsFused && choice.Weights[0] > .2 && choice.Weights[1] > .2 && choice.Weights[2] < .2, string.Join(' ', choice.Weights));
        var (fused, alone) = (Evaluate(_ml.Ranking.Fuse(runs, choice)), Evaluate(runs[0]));
        Assert.IsGreaterThan(runs.Max(run => Evaluate(run).MeanAveragePrecision) + .02, fused.MeanAveragePrecision);
        var gain = _ml.Ranking.CompareRankings(fused, alone);
        Assert.AreEqual(gain.Difference, choice.Gain.Difference, 1e-12);
        Assert.AreEqual(gain.StandardError, choice.Gain.StandardError, 1e-12);

        RankingEvaluation Evaluate(RankingRun run) => _ml.Ranking.EvaluateRanking(run, judgements, new() { Depth = 10 });
    }

    [TestMethod]
    public void AnotherScaleThanTheDefaultIsChosenWhereItIsBetter()
    {
        // A score far above all others leaves almost no range for the rest in 0 to 1; ranks are not affected.
        var (runs, judgements) = Noisy(20, noise: [1, 1]);
        for (var run = 0; run < 2; run++)
        {
            foreach (var query in judgements.Queries)
            {
                runs[run].Add(query, $"far{run}", 1e6f);
            }
        }
        Assert.AreEqual(ScoreNormalization.ReciprocalRank, _ml.Ranking.ChooseFusion(runs, judgements).Normalization);
    }

    [TestMethod]
    public void AGainWithinAStandardErrorLeavesTheFirstRunAlone()
    {
        var judgements = new RelevanceJudgements();
        var (first, second) = (new RankingRun(), new RankingRun());
        foreach (var (query, better) in new[] { ("q1", true), ("q2", false), ("q3", true) })
        {
            judgements.Add(query, "relevant", 1);
            first.Add(query, "relevant", better ? 1 : 3);
            first.Add(query, "z", 2);
            second.Add(query, "relevant", better ? 3 : 1);
            second.Add(query, "z", 2);
        }
        // Equal scores are ordered by descending id, so no mixture exceeds the second run: .83 to .67, with a standard error of .29.
        var choice = _ml.Ranking.ChooseFusion([first, second], judgements);
        CollectionAssert.AreEqual(new[] { 1d, 0d }, choice.Weights.ToArray());
        Assert.IsFalse(choice.IsFused);
        Assert.IsLessThan(choice.Gain.StandardError, choice.Gain.Difference);
    }

    [TestMethod]
    public void NoiseAddedToGoodRankings_IsLeftOut()
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var (runs, judgements) = Noisy(40, noise: [.5f], seed);
            Assert.IsLessThan(.2, _ml.Ranking.ChooseFusion(runs, judgements).Weights[1], $"Seed {seed}");
        }
    }

    [TestMethod]
    public void JudgementsOfOtherQueriesDoNotCount()
    {
        var judgements = new RelevanceJudgements();
        judgements.Add("q", "d", 1);
        judgements.Add("r", "d", 1);
        var (first, second) = (Run(("q", "a", 10), ("r", "a", 10)), Run(("q", "d", 1), ("r", "d", 1), ("other", "a", 1)));
        CollectionAssert.AreEqual(new[] { 0d, 1d }, _ml.Ranking.ChooseFusion([first, second], judgements).Weights.ToArray());
    }

    [TestMethod]
    public void WithoutJudgements_NothingIsChosen()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => _ml.Ranking.ChooseFusion([First], new())).Message, "No query is judged");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Ranking.ChooseFusion([First], new(), -1));
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

    // Runs that rank relevant documents with noise, and a last one that is random.
    private static (RankingRun[] Runs, RelevanceJudgements Judgements) Noisy(int queries, float[] noise, int seed = 1)
    {
        var random = new Random(seed);
        var judgements = new RelevanceJudgements();
        RankingRun[] runs = [.. noise.Append(0).Select(_ => new RankingRun())];
        foreach (var (query, document) in Enumerable.Range(0, queries).SelectMany(query => Enumerable.Range(0, 30).Select(document => ($"q{query}", $"d{document}"))))
        {
            var relevant = random.NextDouble() < .2;
            judgements.Add(query, document, relevant ? 1 : 0);
            for (var run = 0; run < runs.Length; run++)
            {
                runs[run].Add(query, document, run < noise.Length ? (relevant ? 1 : 0) + ((float)random.NextDouble() * noise[run]) : (float)random.NextDouble());
            }
        }
        return (runs, judgements);
    }

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
