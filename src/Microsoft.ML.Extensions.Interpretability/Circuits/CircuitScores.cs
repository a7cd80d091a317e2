namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>How much each head, and each edge where a method tells, belongs to a circuit, higher meaning more.</summary>
public sealed class CircuitScores
{
    /// <param name="heads">A score for each head of the model.</param>
    /// <param name="edges">A score for each edge that the method tells of; null for none.</param>
    public CircuitScores(IReadOnlyDictionary<CircuitNode, double> heads, IReadOnlyDictionary<CircuitEdge, double>? edges = null)
    {
        ArgumentNullException.ThrowIfNull(heads);
        (Heads, Edges) = (heads, edges ?? new Dictionary<CircuitEdge, double>());
    }

    /// <summary>Scores of heads.</summary>
    public IReadOnlyDictionary<CircuitNode, double> Heads { get; }

    /// <summary>Scores of edges.</summary>
    public IReadOnlyDictionary<CircuitEdge, double> Edges { get; }
}
