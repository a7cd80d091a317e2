namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>An edge through the residual stream: the output of one part as an input of another.</summary>
public readonly record struct TransformerEdge
{
    /// <param name="source">Input, a head or an MLP.</param>
    /// <param name="target">A query, key or value, an MLP, or the output, after the source.</param>
    /// <exception cref="ArgumentException">
    /// The source does not write, the target does not read, or the target is not after the source.
    /// </exception>
    public TransformerEdge(CircuitNode source, CircuitNode target)
    {
        if (!source.IsSource || !target.IsTarget || source.Stage >= target.Stage)
        {
            throw new ArgumentException(
                $"{source} -> {target} is not an edge: an edge leads from input, head or MLP to a later query, key, value, MLP or output.");
        }
        (Source, Target) = (source, target);
    }

    /// <summary>The source.</summary>
    public CircuitNode Source { get; }

    /// <summary>The target.</summary>
    public CircuitNode Target { get; }

    /// <summary>Every edge of a transformer of this shape.</summary>
    public static IEnumerable<TransformerEdge> All(TransformerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var sources = new List<CircuitNode> { CircuitNode.Input };
        var targets = new List<CircuitNode> { CircuitNode.Output };
        for (var layer = 0; layer < config.Layers; layer++)
        {
            for (var head = 0; head < config.Heads; head++)
            {
                sources.Add(CircuitNode.Head(layer, head));
                targets.Add(CircuitNode.Query(layer, head));
            }
            for (var head = 0; head < config.KeyHeads; head++)
            {
                targets.Add(CircuitNode.Key(layer, head));
                targets.Add(CircuitNode.Value(layer, head));
            }
            if (config.HasMlp)
            {
                sources.Add(CircuitNode.Mlp(layer));
                targets.Add(CircuitNode.Mlp(layer));
            }
        }
        return from source in sources
               from target in targets
               where source.Stage < target.Stage
               select new TransformerEdge(source, target);
    }

    /// <summary><c>L0H1 -> L1H0.V</c>.</summary>
    public override string ToString() => $"{Source} -> {Target}";
}
