namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A circuit that is known, to measure methods by.</summary>
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
}
