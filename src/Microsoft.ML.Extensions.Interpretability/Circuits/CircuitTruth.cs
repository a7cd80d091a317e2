namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A known circuit, for the evaluation of methods.</summary>
public sealed class CircuitTruth
{
    /// <param name="heads">Its heads.</param>
    /// <param name="edges">Its edges; null where they are not known.</param>
    public CircuitTruth(IEnumerable<CircuitNode> heads, IEnumerable<CircuitEdge>? edges = null)
    {
        ArgumentNullException.ThrowIfNull(heads);
        (Heads, Edges) = (heads.ToHashSet(), edges?.ToHashSet());
    }

    /// <summary>Its heads.</summary>
    public IReadOnlySet<CircuitNode> Heads { get; }

    /// <summary>Its edges; null where they are not known.</summary>
    public IReadOnlySet<CircuitEdge>? Edges { get; }

    /// <summary>
    /// The heads, and edges where there are any, of the highest scores: a ground truth by a trusted method, such as ablation.
    /// </summary>
    /// <param name="scores">The scores.</param>
    /// <param name="heads">How many heads; more where the last of them ties with others.</param>
    /// <param name="edges">How many edges; 0 for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public static CircuitTruth OfBest(CircuitScores scores, int heads, int edges = 0)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return new CircuitTruth(Best(scores.Heads, heads), edges == 0 ? null : Best(scores.Edges, edges));
    }

    private static IEnumerable<T> Best<T>(IReadOnlyDictionary<T, double> scores, int count)
        where T : notnull
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, scores.Count);
        var least = scores.Values.OrderDescending().ElementAt(count - 1);
        return scores.Where(pair => pair.Value >= least).Select(pair => pair.Key);
    }
}
