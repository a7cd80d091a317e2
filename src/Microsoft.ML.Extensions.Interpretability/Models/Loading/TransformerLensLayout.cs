using Microsoft.ML.Extensions.Pretrained;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// Weights by TransformerLens' names, in its shapes or in those of the code before it (Nanda's "Grokking" repository, 2022), where matrices
/// are <c>[outputs, inputs]</c>, heads lie side by side in W_O, and layers may be named <c>attn_blocks</c>.
/// </summary>
internal static class TransformerLensLayout
{
    private const string AttentionOnlyPrefix = "attn_blocks.";

    // Buffers of attention; rotations and masks are read where they define the configuration.
    private static readonly string[] Buffers = [".attn.mask", ".attn.IGNORE", ".attn.rotary_sin", ".attn.rotary_cos"];

    /// <summary>The configuration from the shapes; the rest has the defaults of <see cref="TransformerConfig"/>.</summary>
    /// <exception cref="FormatException">A tensor that defines the shape is missing or invalid.</exception>
    public static TransformerConfig Config(TensorFiles files)
    {
        var shapes = files.Shapes;
        var prefix = Prefix(shapes);
        int[] Shape(string name, int rank) =>
            shapes.TryGetValue(name, out var shape) && shape.Length == rank && Array.TrueForAll(shape, size => size <= int.MaxValue)
            ? Array.ConvertAll(shape, size => (int)size)
            : throw new FormatException(
                $"'{name}' is missing from '{files.Description}' or has another rank than {rank}; the file does not hold a transformer by TransformerLens' names.");

        bool Has(string name) => shapes.ContainsKey(name);
        var older = IsOlder(shapes);
        var query = Shape($"{prefix}0.attn.W_Q", 3);
        var output = Shape($"{prefix}0.attn.W_O", older ? 2 : 3);
        var embed = Shape(TransformerWeights.Embed, 2);
        var layers = Enumerable.Range(0, shapes.Count).TakeWhile(layer => Has($"{prefix}{layer}.attn.W_Q")).Count();
        var buffers = TransformerLensBuffers.OfLayers(files, Enumerable.Range(0, layers).Select(layer => $"{prefix}{layer}"));
        var placed = Has(TransformerWeights.PositionEmbed);
        return ConfigBounds.Checked(new TransformerConfig
        {
            Layers = layers,
            Heads = query[0],
            KeyValueHeads = Shape(Grouped(shapes, $"{prefix}0.attn.W_K"), 3)[0],
            ModelWidth = older ? output[0] : output[2],
            HeadWidth = older ? query[1] : query[2],
            MlpWidth = Has($"{prefix}0.mlp.W_in") ? Shape($"{prefix}0.mlp.W_in", 2)[older ? 0 : 1] : 0,
            GatedMlp = Has($"{prefix}0.mlp.W_gate"),
            Vocabulary = embed[older ? 1 : 0],
            Outputs = Has(TransformerWeights.Unembed) ? Shape(TransformerWeights.Unembed, 2)[1] : 0,
            TiedEmbeddings = !Has(TransformerWeights.Unembed),
            Context = placed ? Shape(TransformerWeights.PositionEmbed, 2)[0] : buffers.Context ?? 2048,
            Positions = placed ? TransformerPositions.Learned : buffers.RotaryBase is null ? TransformerPositions.None
                : TransformerPositions.Rotary,
            RotaryBase = buffers.RotaryBase ?? 10_000,
            Causal = buffers.IsCausal,
            Norm = !Has($"{prefix}0.ln1.w") ? TransformerNorm.None : Has($"{prefix}0.ln1.b") ? TransformerNorm.LayerNorm
                : TransformerNorm.RmsNorm,
        }, files.Description);
    }

    /// <summary>The configuration with the caller's settings.</summary>
    /// <exception cref="FormatException">
    /// The file does not define a setting that changes the function, and the caller does not set it.
    /// </exception>
    /// <exception cref="ArgumentException">The caller's configuration is not allowed.</exception>
    public static TransformerConfig Adjusted(TensorFiles files, Func<TransformerConfig, TransformerConfig>? adjust)
    {
        var config = Config(files);
        TransformerConfig Said(TransformerConfig told) => adjust?.Invoke(told) ?? told;
        // What follows whatever it is told was not said. The code before TransformerLens folds nothing.
        if (config.Norm == TransformerNorm.None && !IsOlder(files.Shapes)
            && Said(config).Norm != Said(config with { Norm = TransformerNorm.LayerNormPre }).Norm)
        {
            throw Open(files, "norms", "there are none, or they are folded into the matrices as from_pretrained does by default",
                "Norm = TransformerNorm.LayerNormPre, RmsNormPre or None");
        }
        if (config.Positions == TransformerPositions.None
            && Said(config).Positions != Said(config with { Positions = TransformerPositions.Rotary }).Positions)
        {
            throw Open(files, "positions", "there are none, or they are rotary without their buffers",
                "Positions = TransformerPositions.Rotary or None");
        }
        var said = Said(config);
        OptionsValidation.Validate(said);
        return said;
    }

    public static CheckpointLayout Of(TransformerConfig config, IReadOnlyDictionary<string, long[]> shapes)
    {
        var (prefix, older) = (Prefix(shapes), IsOlder(shapes));
        var rules = TransformerWeights.Shapes(config).ToDictionary(pair => pair.Name, pair =>
        {
            var source = pair.Name.StartsWith("blocks.", StringComparison.Ordinal) ? prefix + pair.Name["blocks.".Length..] : pair.Name;
            var optional = TransformerWeights.IsBias(pair.Name);
            return older ? Older(config, source, pair.Shape, optional)
                : new TensorRule(Grouped(shapes, source), pair.Shape, tensor => tensor, optional);
        });
        return new CheckpointLayout(
            config, rules, name => Array.Exists(Buffers, buffer => name.EndsWith(buffer, StringComparison.Ordinal)));
    }

    private static TensorRule Older(TransformerConfig config, string source, long[] shape, bool optional) =>
        source[(source.LastIndexOf('.') + 1)..] switch
        {
            "W_E" or "W_in" or "W_out" or "W_gate" => new(source, [shape[1], shape[0]], tensor => tensor.t()),
            "W_Q" or "W_K" or "W_V" => new(source, [shape[0], shape[2], shape[1]], tensor => tensor.transpose(1, 2)),
            "W_O" => new(source, [shape[2], shape[0] * shape[1]], tensor =>
                tensor.unflatten(1, [config.Heads, config.HeadWidth]).permute(1, 2, 0)),
            _ => new(source, shape, tensor => tensor, optional),
        };

    // Where queries share keys and values, TransformerLens stores those with an underscore: W_K is made of _W_K.
    private static string Grouped(IReadOnlyDictionary<string, long[]> shapes, string name) =>
        name.Insert(name.LastIndexOf('.') + 1, "_") is var grouped && !shapes.ContainsKey(name) && shapes.ContainsKey(grouped) ? grouped
            : name;

    private static string Prefix(IReadOnlyDictionary<string, long[]> shapes) =>
        shapes.Keys.Any(name => name.StartsWith(AttentionOnlyPrefix, StringComparison.Ordinal)) ? AttentionOnlyPrefix : "blocks.";

    private static bool IsOlder(IReadOnlyDictionary<string, long[]> shapes) =>
        shapes.TryGetValue($"{Prefix(shapes)}0.attn.W_O", out var shape) && shape.Length == 2;

    private static FormatException Open(TensorFiles files, string what, string open, string say) => new(
        $"'{files.Description}' has no weights of {what}: {open}. Set it: LoadTransformerLens(file, config => config with {{ {say} }}).");
}
