using Microsoft.ML.Extensions.Pretrained;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Hugging Face's layout of GPT-2 (Radford et al., "Language models are unsupervised multitask learners", 2019).</summary>
/// <remarks>Its matrices are stored as <c>[inputs, outputs]</c>; queries, keys and values are concatenated in one.</remarks>
internal static class Gpt2Layout
{
    public const string ModelType = "gpt2";

    private const string Prefix = "transformer.";

    private static readonly HashSet<string> Honoured =
    [
        "model_type", "n_embd", "hidden_size", "n_head", "num_attention_heads", "n_layer", "num_hidden_layers", "n_inner", "vocab_size",
            "n_positions",
        "max_position_embeddings", "n_ctx", "layer_norm_epsilon", "activation_function", "tie_word_embeddings", "scale_attn_weights",
        "scale_attn_by_inverse_layer_idx",
    ];

    /// <exception cref="FormatException">The configuration is not supported.</exception>
    public static CheckpointLayout Of(JsonConfig json, IReadOnlyDictionary<string, long[]> shapes)
    {
        var config = Config(json);
        ConfigKeys.Check(json, Honoured);
        bool byWidth = json.Flag("scale_attn_weights", true), byLayer = json.Flag("scale_attn_by_inverse_layer_idx", false);
        // A run divides scores by the root of a head's width; any other factor is folded into the queries.
        return Of(config, shapes.Keys, layer => (byWidth ? 1 : Math.Sqrt(config.HeadWidth)) / (byLayer ? layer + 1 : 1));
    }

    private static TransformerConfig Config(JsonConfig json)
    {
        int width = json.Integer("n_embd", "hidden_size"), heads = json.Integer("n_head", "num_attention_heads");
        if (heads < 1 || width % heads != 0)
        {
            throw json.Wrong("n_head", $"{heads}, which does not divide the width {width}");
        }
        var inner = json.OptionalInteger("n_inner");
        return inner < 1 ? throw json.Wrong("n_inner", $"{inner}; allowed are 1 and more, or null for four times the width")
            : json.Checked(new TransformerConfig
            {
                Layers = json.Integer("n_layer", "num_hidden_layers"),
                Heads = heads,
                ModelWidth = width,
                HeadWidth = width / heads,
                MlpWidth = inner ?? (int)Math.Min(4L * width, int.MaxValue),
                Vocabulary = json.Integer("vocab_size"),
                Context = json.OptionalInteger("n_positions", "max_position_embeddings") ?? json.OptionalInteger("n_ctx")
                ?? throw json.Wrong("n_positions", "missing"),
                Norm = TransformerNorm.LayerNorm,
                NormEpsilon = json.Number("layer_norm_epsilon", 1e-5),
                Positions = TransformerPositions.Learned,
                Activation = Activations.Read(json, "activation_function", "gelu_new"),
                TiedEmbeddings = json.Flag("tie_word_embeddings", true),
            });
    }

    private static CheckpointLayout Of(TransformerConfig config, IEnumerable<string> names, Func<int, double> queryScale)
    {
        var prefix = TensorNames.Before(names, "wte.weight") ?? "";
        var head = (prefix.EndsWith(Prefix, StringComparison.Ordinal) ? prefix[..^Prefix.Length] : prefix) + "lm_head.weight";
        long width = config.ModelWidth, mlp = config.MlpWidth;
        var rules = new Dictionary<string, TensorRule>
        {
            [TransformerWeights.Embed] = new($"{prefix}wte.weight", [config.Vocabulary, width], Same),
            [TransformerWeights.PositionEmbed] = new($"{prefix}wpe.weight", [config.Context, width], Same),
            ["ln_final.w"] = new($"{prefix}ln_f.weight", [width], Same),
            ["ln_final.b"] = new($"{prefix}ln_f.bias", [width], Same),
        };
        if (!config.TiedEmbeddings)
        {
            rules[TransformerWeights.Unembed] = new(head, [config.Vocabulary, width], tensor => tensor.t());
        }
        for (var layer = 0; layer < config.Layers; layer++)
        {
            void Add(string name, string source, long[] shape, Func<Tensor, Tensor> convert) =>
                rules[TransformerWeights.InLayer(layer, name)] = new TensorRule($"{prefix}h.{layer}.{source}", shape, convert);

            Add("ln1.w", "ln_1.weight", [width], Same);
            Add("ln1.b", "ln_1.bias", [width], Same);
            foreach (var (letter, place) in new[] { ("Q", 0), ("K", 1), ("V", 2) })
            {
                var scale = place == 0 ? queryScale(layer) : 1;
                Add($"attn.W_{letter}", "attn.c_attn.weight", [width, 3 * width],
                    tensor => Scaled(tensor.narrow(1, place * width, width), scale).unflatten(1, [config.Heads, config.HeadWidth])
                        .transpose(0, 1));
                Add($"attn.b_{letter}", "attn.c_attn.bias", [3 * width],
                    tensor => Scaled(tensor.narrow(0, place * width, width), scale).unflatten(0, [config.Heads, config.HeadWidth]));
            }
            Add("attn.W_O", "attn.c_proj.weight", [width, width], tensor => tensor.unflatten(0, [config.Heads, config.HeadWidth]));
            Add("attn.b_O", "attn.c_proj.bias", [width], Same);
            Add("ln2.w", "ln_2.weight", [width], Same);
            Add("ln2.b", "ln_2.bias", [width], Same);
            Add("mlp.W_in", "mlp.c_fc.weight", [width, mlp], Same);
            Add("mlp.b_in", "mlp.c_fc.bias", [mlp], Same);
            Add("mlp.W_out", "mlp.c_proj.weight", [mlp, width], Same);
            Add("mlp.b_out", "mlp.c_proj.bias", [width], Same);
        }
        return new CheckpointLayout(config, rules, name => name.EndsWith(".attn.bias", StringComparison.Ordinal)
            || name.EndsWith(".attn.masked_bias", StringComparison.Ordinal) || name.EndsWith("position_ids", StringComparison.Ordinal)
            || (config.TiedEmbeddings && name == head));
    }

    private static Tensor Scaled(Tensor tensor, double factor)
    {
        using var number = factor.ToScalar();
        return factor == 1 ? tensor : tensor.to_type(ScalarType.Float32).mul(number);
    }

    private static Tensor Same(Tensor tensor) => tensor;
}
