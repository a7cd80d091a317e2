namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Combines several rankings into one.</summary>
internal static class RankingFusion
{
    private const int Steps = 20;

    /// <summary>The normalised rankings of each query that any run has.</summary>
    public static IReadOnlyList<(string Query, NormalizedRanking[] Rankings)> Scaled(
        IReadOnlyList<RankingRun> runs, Func<IReadOnlyList<RankedDocument>, NormalizedRanking> scale) =>
        [.. runs.SelectMany(run => run.Queries).Distinct(StringComparer.Ordinal).Select(query => (query, runs.Select(run => scale(run.Ranking(query))).ToArray()))];

    /// <summary>The weighted sums of all rankings.</summary>
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
    /// The best weights in twentieths that sum to 1: starting with all weight on the best run, weight moves from one run to another while
    /// that helps. The result is at least as good as the best run.
    /// </summary>
    /// <param name="runs">The number of runs.</param>
    /// <param name="quality">The quality to maximise.</param>
    public static double[] Search(int runs, Func<double[], double> quality)
    {
        var (best, value) = Enumerable.Range(0, runs).Select(run => Alone(run, runs)).Select(single => (single, Value(single))).MaxBy(single => single.Item2);
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
        return Parts(best);

        double Value(int[] weights) => quality(Parts(weights));
    }

    private static int[] Alone(int run, int runs) => [.. Enumerable.Range(0, runs).Select(other => other == run ? Steps : 0)];

    private static double[] Parts(int[] weights) => Array.ConvertAll(weights, weight => (double)weight / Steps);

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
