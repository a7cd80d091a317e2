using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Hugging Face's layout of GPT-2 (Radford et al., "Language models are unsupervised multitask learners", 2019).</summary>
/// <remarks>Its matrices are stored as <c>[inputs, outputs]</c>; queries, keys and values lie side by side in one.</remarks>
internal static class Gpt2Layout
{
    public const string ModelType = "gpt2";

    private const string Prefix = "transformer.";

    public static TransformerConfig Config(JsonConfig json)
    {
        int width = json.Integer("n_embd", "hidden_size"), heads = json.Integer("n_head", "num_attention_heads");
        if (heads < 1 || width % heads != 0)
        {
            throw json.Wrong("n_head", $"{heads}, which does not divide the width {width}");
        }
        return new TransformerConfig
        {
            Layers = json.Integer("n_layer", "num_hidden_layers"),
            Heads = heads,
            ModelWidth = width,
            HeadWidth = width / heads,
            MlpWidth = json.OptionalInteger("n_inner") ?? 4 * width,
            Vocabulary = json.Integer("vocab_size"),
            Context = json.Integer("n_positions", "n_ctx"),
            Norm = TransformerNorm.LayerNorm,
            NormEpsilon = json.Number("layer_norm_epsilon", 1e-5),
            Positions = TransformerPositions.Learned,
            Activation = Activations.Read(json, "activation_function", "gelu_new"),
            TiedEmbeddings = json.Flag("tie_word_embeddings", true),
        };
    }

    public static CheckpointLayout Of(TransformerConfig config, IEnumerable<string> names)
    {
        var prefix = names.Any(name => name.StartsWith(Prefix, StringComparison.Ordinal)) ? Prefix : "";
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
            rules[TransformerWeights.Unembed] = new("lm_head.weight", [config.Vocabulary, width], tensor => tensor.t());
        }
        for (var layer = 0; layer < config.Layers; layer++)
        {
            void Add(string name, string source, long[] shape, Func<Tensor, Tensor> convert) =>
                rules[TransformerWeights.InLayer(layer, name)] = new TensorRule($"{prefix}h.{layer}.{source}", shape, convert);

            Add("ln1.w", "ln_1.weight", [width], Same);
            Add("ln1.b", "ln_1.bias", [width], Same);
            foreach (var (letter, place) in new[] { ("Q", 0), ("K", 1), ("V", 2) })
            {
                Add($"attn.W_{letter}", "attn.c_attn.weight", [width, 3 * width],
                    tensor => tensor.narrow(1, place * width, width).unflatten(1, [config.Heads, config.HeadWidth]).transpose(0, 1));
                Add($"attn.b_{letter}", "attn.c_attn.bias", [3 * width],
                    tensor => tensor.narrow(0, place * width, width).unflatten(0, [config.Heads, config.HeadWidth]));
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
            || name.EndsWith(".attn.masked_bias", StringComparison.Ordinal) || (config.TiedEmbeddings && name == "lm_head.weight"));
    }

    private static Tensor Same(Tensor tensor) => tensor;
}
