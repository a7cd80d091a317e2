namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Combines several rankings into one.</summary>
internal static class RankingFusion
{
    private const int Steps = 20;

    /// <summary>The normalised rankings of each query that any run has.</summary>
    public static IReadOnlyList<(string Query, NormalizedRanking[] Rankings)> Scaled(
        IReadOnlyList<RankingRun> runs, Func<IReadOnlyList<RankedDocument>, NormalizedRanking> scale) =>
        [.. runs.SelectMany(run => run.Queries).Distinct(StringComparer.Ordinal).Select(query => (query, runs.Select(run => scale(run.Ranking(query))).ToArray()))];

    /// <summary>The weighted sums of all.</summary>
    public static RankingRun Sum(IReadOnlyList<(string Query, NormalizedRanking[] Rankings)> scaled, IReadOnlyList<double> weights)
    {
        var fused = new RankingRun();
        foreach (var (query, rankings) in scaled)
        {
            foreach (var document in rankings.SelectMany(ranking => ranking.Scores.Keys).Distinct(StringComparer.Ordinal))
            {
                var sum = 0d;
                for (var i = 0; i < rankings.Length; i++)
                {
                    sum += weights[i] * rankings[i].Scores.GetValueOrDefault(document, rankings[i].Missing);
                }
                fused.Add(query, document, (float)sum);
            }
        }
        return fused;
    }

    /// <summary>
    /// The weights of the best fusion, multiples of 1/20 that sum to 1. The search starts with all weight on the best run and moves weight between runs while MAP rises, so it is at
    /// least as good as the best run on the queries that it is chosen on.
    /// </summary>
    public static double[] Choose(IReadOnlyList<(string Query, NormalizedRanking[] Rankings)> scaled, int runs, Func<RankingRun, double> quality)
    {
        var (best, value) = Enumerable.Range(0, runs)
            .Select(run => (Weights: Enumerable.Range(0, runs).Select(other => other == run ? Steps : 0).ToArray(), Value: 0d))
            .Select(single => (single.Weights, Value: Value(single.Weights))).MaxBy(single => single.Value);
        for (var improved = true; improved;)
        {
            improved = false;
            foreach (var weights in Moves(best).ToArray())
            {
                if (Value(weights) is var moved && moved > value)
                {
                    (best, value, improved) = (weights, moved, true);
                }
            }
        }
        return Array.ConvertAll(best, weight => (double)weight / Steps);

        double Value(int[] weights) => quality(Sum(scaled, Array.ConvertAll(weights, weight => (double)weight / Steps)));
    }

    // Moves any number of twentieths from one run to another.
    private static IEnumerable<int[]> Moves(int[] weights)
    {
        for (var from = 0; from < weights.Length; from++)
        {
            for (var to = 0; to < weights.Length; to++)
            {
                for (var moved = 1; to != from && moved <= weights[from]; moved++)
                {
                    var copy = (int[])weights.Clone();
                    copy[from] -= moved;
                    copy[to] += moved;
                    yield return copy;
                }
            }
        }
    }
}
