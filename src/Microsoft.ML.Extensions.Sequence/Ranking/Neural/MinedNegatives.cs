namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The documents of a query's pool that the network learns from. In labels, each document has a second number: 1 for one of the pool, and
/// for the query's own -1 - i, where i is the number of the example. A trained model's score may follow.
/// </summary>
internal static class MinedNegatives
{
    /// <summary>The second number of a document's label.</summary>
    public static float Mark(GroupDocument document, int example) => document.IsCandidate ? 1
        : example < Columns.SizeLimits.MaxKeys ? -1 - example
        : throw new InvalidOperationException(FormattableString.Invariant(
            $"There are more than {Columns.SizeLimits.MaxKeys} queries, and Negatives.Source {RankingNegatives.Mined} knows no more apart; train on fewer, or change Source."));

    /// <summary>The example that a query's labels belong to. A query has at least one document of its own, the first.</summary>
    public static int Example(ReadOnlySpan<float> labels) => (int)(-1 - labels[1]);

    /// <summary>A query's own documents, and those of its pool that are chosen.</summary>
    /// <param name="labels">Its labels.</param>
    /// <param name="width">The numbers of a document's label.</param>
    /// <param name="mined">What was mined for it, -1 after the last; empty before the first mining.</param>
    /// <param name="count">The number of documents of the pool before the first mining: its first ones, since its order is random.</param>
    public static int[] Chosen(ReadOnlySpan<float> labels, int width, ReadOnlySpan<int> mined, int count)
    {
        var (own, pool) = (new List<int>(), new List<int>());
        for (var place = 0; place < labels.Length / width; place++)
        {
            (IsOwn(labels, width, place) ? own : pool).Add(place);
        }
        return mined.IsEmpty ? [.. own, .. pool.Take(count)] : [.. own, .. mined.ToArray().Where(pool.Contains)];
    }

    /// <summary>
    /// The hardest documents of a query's pool: those of the highest scores within the limits of the options, at most as many as they
    /// say.
    /// </summary>
    /// <param name="scores">The network's score of each document.</param>
    /// <param name="labels">Their labels.</param>
    /// <param name="options">The limits.</param>
    public static int[] Hardest(float[] scores, ReadOnlySpan<float> labels, NegativeOptions options)
    {
        var (pool, best) = (new List<int>(), double.NegativeInfinity);
        var width = labels.Length / scores.Length;
        for (var place = 0; place < scores.Length; place++)
        {
            if (!IsOwn(labels, width, place))
            {
                pool.Add(place);
            }
            else if (labels[place * width] > 0)
            {
                best = Math.Max(best, scores[place]);
            }
        }
        var highest = options.MaxScore ?? double.PositiveInfinity;
        if (options.RelativeMargin is { } margin)
        {
            // A network's scores may be below 0, where a fraction of the score would lie above it.
            highest = Math.Min(highest, best - (margin * Math.Abs(best)));
        }
        return [.. pool.OrderByDescending(place => scores[place]).Take(options.LastRank).Skip(options.FirstRank - 1)
            .Where(place => scores[place] <= highest).Take(options.Count)];
    }

    private static bool IsOwn(ReadOnlySpan<float> labels, int width, int place) => labels[(place * width) + 1] < 0;
}
