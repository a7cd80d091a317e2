namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Draws the documents of a query that a step sees, where it has more than that.</summary>
internal static class ListDraw
{
    /// <summary>The places of the documents drawn; null for all in their order.</summary>
    /// <remarks>Half of them have more than the query's least label, or all such ones if they are fewer; the others are drawn from the rest.</remarks>
    /// <param name="labels">The label of each document.</param>
    /// <param name="size">The most documents.</param>
    /// <param name="random">What is drawn from.</param>
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
