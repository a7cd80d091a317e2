namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Samples the documents of a query for a training step, where it has more than a step uses.</summary>
internal static class ListDraw
{
    /// <summary>The indices of the sampled documents; null for all in order.</summary>
    /// <remarks>
    /// Half of them have a label above the query's lowest, or all such documents if there are fewer; the others are sampled from the rest.
    /// </remarks>
    /// <param name="labels">The label of each document.</param>
    /// <param name="size">The most documents.</param>
    /// <param name="random">The source of randomness.</param>
    public static int[]? Of(ReadOnlySpan<float> labels, int size, Random random)
    {
        if (labels.Length <= size)
        {
            return null;
        }
        var least = labels[0];
        foreach (var label in labels)
        {
            least = Math.Min(least, label);
        }
        var places = Enumerable.Range(0, labels.Length).ToArray();
        random.Shuffle(places);
        var (relevant, others) = (new List<int>(), new List<int>());
        foreach (var place in places)
        {
            (labels[place] > least ? relevant : others).Add(place);
        }
        var kept = Math.Clamp(relevant.Count, 0, Math.Max(size / 2, size - others.Count));
        return [.. relevant.Take(kept), .. others.Take(size - kept)];
    }
}
