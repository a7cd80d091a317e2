namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The name of one activation: its kind and, where it belongs to a layer, the layer from 0 on.</summary>
/// <remarks>
/// As text it is TransformerLens' name where that library has one (<c>blocks.3.attn.hook_pattern</c>), so that analyses written for it can
/// be reused; the logits, which it does not hook, are <c>hook_logits</c> and <c>hook_last_logits</c>.
/// </remarks>
public readonly record struct HookPoint
{
    private const string LayerPrefix = "blocks.";

    private static readonly IReadOnlyDictionary<HookKind, string> Names = new Dictionary<HookKind, string>
    {
        [HookKind.Embedding] = "hook_embed",
        [HookKind.PositionEmbedding] = "hook_pos_embed",
        [HookKind.ResidualPre] = "hook_resid_pre",
        [HookKind.QueryInput] = "hook_q_input",
        [HookKind.KeyInput] = "hook_k_input",
        [HookKind.ValueInput] = "hook_v_input",
        [HookKind.Query] = "attn.hook_q",
        [HookKind.Key] = "attn.hook_k",
        [HookKind.Value] = "attn.hook_v",
        [HookKind.AttentionScores] = "attn.hook_attn_scores",
        [HookKind.Pattern] = "attn.hook_pattern",
        [HookKind.HeadOutput] = "attn.hook_z",
        [HookKind.HeadResult] = "attn.hook_result",
        [HookKind.AttentionOutput] = "hook_attn_out",
        [HookKind.ResidualMid] = "hook_resid_mid",
        [HookKind.MlpInput] = "hook_mlp_in",
        [HookKind.MlpPre] = "mlp.hook_pre",
        [HookKind.MlpPost] = "mlp.hook_post",
        [HookKind.MlpOutput] = "hook_mlp_out",
        [HookKind.ResidualPost] = "hook_resid_post",
        [HookKind.FinalNorm] = "ln_final.hook_normalized",
        [HookKind.Logits] = "hook_logits",
        [HookKind.LastLogits] = "hook_last_logits",
    };

    /// <summary>An activation that belongs to no layer.</summary>
    /// <exception cref="ArgumentException">This kind belongs to a layer.</exception>
    public HookPoint(HookKind kind)
        : this(kind, 0)
    {
        if (IsOfLayer(kind))
        {
            throw new ArgumentException($"{kind} belongs to a layer; give the layer.", nameof(kind));
        }
    }

    /// <summary>An activation of a layer; for a kind that belongs to none the layer must be 0.</summary>
    /// <exception cref="ArgumentException">
    /// The kind is unknown, or the layer is below 0, or above 0 for a kind that belongs to no layer.
    /// </exception>
    public HookPoint(HookKind kind, int layer)
    {
        if (!Names.ContainsKey(kind) || layer < 0 || (layer > 0 && !IsOfLayer(kind)))
        {
            throw new ArgumentException($"{kind} of layer {layer} is not an activation.", nameof(layer));
        }
        (Kind, Layer) = (kind, layer);
    }

    /// <summary>What it is.</summary>
    public HookKind Kind { get; }

    /// <summary>The layer, from 0 on; 0 where it belongs to none.</summary>
    public int Layer { get; }

    internal bool HasHeads => HeadAxis >= 0;

    // The axes of heads and of tokens; for scores and patterns the tokens of queries.
    internal int HeadAxis => Kind switch
    {
        HookKind.AttentionScores or HookKind.Pattern => 1,
        HookKind.QueryInput or HookKind.KeyInput or HookKind.ValueInput or HookKind.Query or HookKind.Key or HookKind.Value
            or HookKind.HeadOutput or HookKind.HeadResult => 2,
        _ => -1,
    };

    internal int TokenAxis => Kind switch
    {
        HookKind.AttentionScores or HookKind.Pattern => 2,
        HookKind.LastLogits => -1,
        _ => 1,
    };

    internal bool IsSquare => Kind is HookKind.AttentionScores or HookKind.Pattern;

    /// <summary>The point with this name.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static HookPoint Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var parts = name.Split('.', 3);
        var ofLayer = name.StartsWith(LayerPrefix, StringComparison.Ordinal) && parts.Length == 3;
        var rest = ofLayer ? parts[2] : name;
        var layer = 0;
        foreach (var (kind, text) in Names)
        {
            if (text == rest && IsOfLayer(kind) == ofLayer && (!ofLayer || int.TryParse(parts[1], out layer)) && layer >= 0)
            {
                return new HookPoint(kind, layer);
            }
        }
        throw new FormatException(
            $"'{name}' names no activation; allowed are {string.Join(", ", Names.Keys.Select(kind => Text(kind, "<layer>")))}.");
    }

    /// <summary>The name that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Text(Kind, $"{Layer}");

    /// <summary>An activation of every layer.</summary>
    internal static HookPoint[] OfEachLayer(HookKind kind, TransformerConfig config) =>
        [.. Enumerable.Range(0, config.Layers).Select(layer => new HookPoint(kind, layer))];

    internal static bool IsOfLayer(HookKind kind) => kind is not (HookKind.Embedding or HookKind.PositionEmbedding or HookKind.FinalNorm
        or HookKind.Logits or HookKind.LastLogits);

    private static string Text(HookKind kind, string layer) => IsOfLayer(kind) ? $"{LayerPrefix}{layer}.{Names[kind]}" : Names[kind];
}
