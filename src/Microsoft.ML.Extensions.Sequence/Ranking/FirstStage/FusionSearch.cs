namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Chooses a fusion by the average precision of each judged query.</summary>
internal static class FusionSearch
{
    public static FusionChoice Choose(IReadOnlyList<RankingRun> runs, RelevanceJudgements judgements, int depth)
    {
        var first = new double[runs.Count];
        first[0] = 1;
        var candidates = Enum.GetValues<ScoreNormalization>().Select(normalization =>
        {
            var queries = judgements.Queries.Select(query => new FusedQuery(
                [.. runs.Select(run => NormalizedRanking.Of(run.Ranking(query), normalization))], judgements.Grades(query), depth)).ToArray();
            var weights = RankingFusion.Search(runs.Count, weights => Precisions(queries, weights).Average());
            return (Normalization: normalization, Weights: weights, Best: Precisions(queries, weights), First: Precisions(queries, first));
        });
        var best = candidates.MaxBy(candidate => candidate.Best.Average());
        var differences = best.Best.Zip(best.First, (fused, alone) => fused - alone).ToArray();
        var gain = new PairedComparison(differences, RandomizationTest.PValue(differences, 1));
        return gain.Difference > gain.StandardError ? new(best.Normalization, best.Weights, gain) : new(ScoreNormalization.MinMax, first, gain);
    }

    private static double[] Precisions(FusedQuery[] queries, double[] weights) => Array.ConvertAll(queries, query => query.AveragePrecision(weights));
}
