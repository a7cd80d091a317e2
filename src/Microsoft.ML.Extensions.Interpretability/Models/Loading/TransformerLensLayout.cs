namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// Weights by TransformerLens' names, in its shapes or in those of the code before it (Nanda's "Grokking" repository, 2022), where matrices
/// are <c>[outputs, inputs]</c>, heads lie side by side in W_O, and layers may be named <c>attn_blocks</c>.
/// </summary>
internal static class TransformerLensLayout
{
    private const string AttentionOnlyPrefix = "attn_blocks.";

    /// <summary>What the shapes tell; the rest is as <see cref="TransformerConfig"/> has it by default.</summary>
    /// <exception cref="FormatException">A tensor that tells the shape is missing.</exception>
    public static TransformerConfig Config(IReadOnlyDictionary<string, long[]> shapes)
    {
        var prefix = Prefix(shapes);
        long[] Shape(string name, int rank) => shapes.TryGetValue(name, out var shape) && shape.Length == rank
            ? shape
            : throw new FormatException($"'{name}' is missing or has another rank than {rank}; the file does not hold a transformer by TransformerLens' names.");

        bool Has(string name) => shapes.ContainsKey(name);
        var older = IsOlder(shapes);
        var query = Shape($"{prefix}0.attn.W_Q", 3);
        var output = Shape($"{prefix}0.attn.W_O", older ? 2 : 3);
        var embed = Shape(TransformerWeights.Embed, 2);
        return new TransformerConfig
        {
            Layers = Enumerable.Range(0, shapes.Count).TakeWhile(layer => Has($"{prefix}{layer}.attn.W_Q")).Count(),
            Heads = (int)query[0],
            KeyValueHeads = (int)Shape($"{prefix}0.attn.W_K", 3)[0],
            ModelWidth = (int)(older ? output[0] : output[2]),
            HeadWidth = (int)(older ? query[1] : query[2]),
            MlpWidth = Has($"{prefix}0.mlp.W_in") ? (int)Shape($"{prefix}0.mlp.W_in", 2)[older ? 0 : 1] : 0,
            GatedMlp = Has($"{prefix}0.mlp.W_gate"),
            Vocabulary = (int)embed[older ? 1 : 0],
            Outputs = Has(TransformerWeights.Unembed) ? (int)Shape(TransformerWeights.Unembed, 2)[1] : 0,
            TiedEmbeddings = !Has(TransformerWeights.Unembed),
            Context = Has(TransformerWeights.PositionEmbed) ? (int)Shape(TransformerWeights.PositionEmbed, 2)[0] : 2048,
            Positions = Has(TransformerWeights.PositionEmbed) ? TransformerPositions.Learned : TransformerPositions.None,
            Norm = !Has($"{prefix}0.ln1.w") ? TransformerNorm.None : Has($"{prefix}0.ln1.b") ? TransformerNorm.LayerNorm : TransformerNorm.RmsNorm,
        };
    }

    public static CheckpointLayout Of(TransformerConfig config, IReadOnlyDictionary<string, long[]> shapes)
    {
        var (prefix, older) = (Prefix(shapes), IsOlder(shapes));
        var rules = TransformerWeights.Shapes(config).ToDictionary(pair => pair.Name, pair =>
        {
            var source = pair.Name.StartsWith("blocks.", StringComparison.Ordinal) ? prefix + pair.Name["blocks.".Length..] : pair.Name;
            var optional = TransformerWeights.IsBias(pair.Name);
            return older ? Older(config, source, pair.Shape, optional) : new TensorRule(source, pair.Shape, tensor => tensor, optional);
        });
        return new CheckpointLayout(config, rules, name => name.EndsWith(".mask", StringComparison.Ordinal) || name.EndsWith(".IGNORE", StringComparison.Ordinal));
    }

    private static TensorRule Older(TransformerConfig config, string source, long[] shape, bool optional) => source[(source.LastIndexOf('.') + 1)..] switch
    {
        "W_E" or "W_in" or "W_out" or "W_gate" => new(source, [shape[1], shape[0]], tensor => tensor.t()),
        "W_Q" or "W_K" or "W_V" => new(source, [shape[0], shape[2], shape[1]], tensor => tensor.transpose(1, 2)),
        "W_O" => new(source, [shape[2], shape[0] * shape[1]], tensor => tensor.unflatten(1, [config.Heads, config.HeadWidth]).permute(1, 2, 0)),
        _ => new(source, shape, tensor => tensor, optional),
    };

    private static string Prefix(IReadOnlyDictionary<string, long[]> shapes) =>
        shapes.Keys.Any(name => name.StartsWith(AttentionOnlyPrefix, StringComparison.Ordinal)) ? AttentionOnlyPrefix : "blocks.";

    private static bool IsOlder(IReadOnlyDictionary<string, long[]> shapes) =>
        shapes.TryGetValue($"{Prefix(shapes)}0.attn.W_O", out var shape) && shape.Length == 2;
}
