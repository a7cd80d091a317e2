namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The kind of a node in a transformer's graph.</summary>
public enum CircuitPart
{
    /// <summary>The embeddings, learned positions included; a source.</summary>
    Input,

    /// <summary>The output of a head to the residual stream; a source.</summary>
    Head,

    /// <summary>The input of a head's query; a target.</summary>
    Query,

    /// <summary>The input of a key; a target. Its index counts key/value heads.</summary>
    Key,

    /// <summary>The input of a value; a target. Its index counts key/value heads.</summary>
    Value,

    /// <summary>An MLP; its output as a source, its input as a target.</summary>
    Mlp,

    /// <summary>The input of the last norm and the unembedding; a target.</summary>
    Output,
}

/// <summary>A node of a transformer's graph: a part that writes to the residual stream, or one that reads it.</summary>
public readonly record struct CircuitNode
{
    private CircuitNode(CircuitPart part, int layer, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        (Part, Layer, Index) = (part, layer, index);
    }

    /// <summary>The kind.</summary>
    public CircuitPart Part { get; }

    /// <summary>The layer; 0 for input and output.</summary>
    public int Layer { get; }

    /// <summary>The head; 0 for other kinds.</summary>
    public int Index { get; }

    /// <summary>The embeddings.</summary>
    public static CircuitNode Input => new(CircuitPart.Input, 0, 0);

    /// <summary>The unembedding.</summary>
    public static CircuitNode Output => new(CircuitPart.Output, 0, 0);

    internal bool IsSource => Part is CircuitPart.Input or CircuitPart.Head or CircuitPart.Mlp;

    internal bool IsTarget => Part is not (CircuitPart.Input or CircuitPart.Head);

    // Attention comes before the MLP of its layer; a source reaches the targets of a later stage.
    internal int Stage => Part switch
    {
        CircuitPart.Input => -1,
        CircuitPart.Output => int.MaxValue,
        CircuitPart.Mlp => (2 * Layer) + 1,
        _ => 2 * Layer,
    };

    /// <summary>The output of a head.</summary>
    public static CircuitNode Head(int layer, int head) => new(CircuitPart.Head, layer, head);

    /// <summary>The input of a head's query.</summary>
    public static CircuitNode Query(int layer, int head) => new(CircuitPart.Query, layer, head);

    /// <summary>The input of a key.</summary>
    public static CircuitNode Key(int layer, int head) => new(CircuitPart.Key, layer, head);

    /// <summary>The input of a value.</summary>
    public static CircuitNode Value(int layer, int head) => new(CircuitPart.Value, layer, head);

    /// <summary>An MLP.</summary>
    public static CircuitNode Mlp(int layer) => new(CircuitPart.Mlp, layer, 0);

    /// <summary><c>input</c>, <c>L2H3</c>, <c>L2H3.Q</c>, <c>mlp2</c>, <c>output</c>.</summary>
    public override string ToString() => Part switch
    {
        CircuitPart.Input => "input",
        CircuitPart.Output => "output",
        CircuitPart.Mlp => $"mlp{Layer}",
        CircuitPart.Head => $"L{Layer}H{Index}",
        _ => $"L{Layer}H{Index}.{Part.ToString()[0]}",
    };
}
