namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// An edge between two parts of a transformer, without distinction of query, key and value, as in published circuits.
/// </summary>
/// <param name="Source">Input, a head or an MLP.</param>
/// <param name="Target">A head, an MLP or the output.</param>
public readonly record struct CircuitEdge(CircuitNode Source, CircuitNode Target)
{
    /// <summary>Every edge of a transformer of this shape.</summary>
    public static IEnumerable<CircuitEdge> All(TransformerConfig config) =>
        TransformerEdge.All(config).SelectMany(edge => Of(edge, config)).Distinct();

    /// <summary>
    /// The edges that an edge into a query, key or value is a part of: one, or with grouped queries one for each head that shares the key
    /// or value.
    /// </summary>
    public static IEnumerable<CircuitEdge> Of(TransformerEdge edge, TransformerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var group = config.Heads / config.KeyHeads;
        return edge.Target.Part switch
        {
            CircuitPart.Query => [new(edge.Source, CircuitNode.Head(edge.Target.Layer, edge.Target.Index))],
            CircuitPart.Key or CircuitPart.Value => Enumerable.Range(edge.Target.Index * group, group)
                .Select(head => new CircuitEdge(edge.Source, CircuitNode.Head(edge.Target.Layer, head))),
            _ => [new(edge.Source, edge.Target)],
        };
    }

    /// <summary>Every edge of a transformer of this shape, with the edges into query, key and value that it consists of.</summary>
    internal static ILookup<CircuitEdge, TransformerEdge> Parts(TransformerConfig config) =>
        TransformerEdge.All(config).SelectMany(part => Of(part, config).Select(edge => (edge, part)))
            .ToLookup(pair => pair.edge, pair => pair.part);

    /// <summary><c>L0H1 -> L1H0</c>.</summary>
    public override string ToString() => $"{Source} -> {Target}";
}
