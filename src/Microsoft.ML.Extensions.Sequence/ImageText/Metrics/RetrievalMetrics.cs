namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How well true partners are found among all candidates.</summary>
/// <param name="Queries">The queries.</param>
/// <param name="Candidates">What each query is compared with.</param>
/// <param name="RecallAt1">The part of queries whose true partner is first, 0 to 1.</param>
/// <param name="RecallAt5">The part of queries whose true partner is among the first 5.</param>
/// <param name="RecallAt10">The part of queries whose true partner is among the first 10.</param>
/// <param name="MedianRank">
/// The median of the ranks of true partners, from 1; the mean of the middle two for an even number of queries.
/// </param>
public sealed record RetrievalMetrics(
    int Queries, int Candidates, double RecallAt1, double RecallAt5, double RecallAt10, double MedianRank)
{
    /// <summary>The metrics of ranks.</summary>
    /// <param name="ranks">The rank of the true partner of each query, from 1.</param>
    /// <param name="candidates">What each query is compared with.</param>
    internal static RetrievalMetrics Of(IReadOnlyCollection<int> ranks, int candidates)
    {
        int[] sorted = [.. ranks.Order()];
        var median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2.0;
        return new(sorted.Length, candidates, Within(1), Within(5), Within(10), median);

        double Within(int rank) => (double)sorted.Count(value => value <= rank) / sorted.Length;
    }
}
