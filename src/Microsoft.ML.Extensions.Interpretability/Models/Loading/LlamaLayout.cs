using System.Text.Json;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Hugging Face's layout of Llama (Touvron et al. 2023, arXiv 2302.13971, 2307.09288): RMS norm, rotary positions, SwiGLU, grouped queries.</summary>
internal static class LlamaLayout
{
    public const string ModelType = "llama";

    public static TransformerConfig Config(JsonConfig json)
    {
        int width = json.Integer("hidden_size"), heads = json.Integer("num_attention_heads");
        return new TransformerConfig
        {
            Layers = json.Integer("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = json.OptionalInteger("num_key_value_heads") ?? heads,
            ModelWidth = width,
            HeadWidth = json.OptionalInteger("head_dim") ?? width / Math.Max(1, heads),
            MlpWidth = json.Integer("intermediate_size"),
            Vocabulary = json.Integer("vocab_size"),
            Context = json.OptionalInteger("max_position_embeddings") ?? 2048,
            Norm = TransformerNorm.RmsNorm,
            NormEpsilon = json.Number("rms_norm_eps", 1e-6),
            Positions = TransformerPositions.Rotary,
            RotaryBase = RotaryBase(json),
            Activation = Activations.Read(json, "hidden_act", "silu"),
            GatedMlp = true,
            TiedEmbeddings = json.Flag("tie_word_embeddings", false),
        };
    }

    public static CheckpointLayout Of(TransformerConfig config)
    {
        long width = config.ModelWidth, mlp = config.MlpWidth;
        var rules = new Dictionary<string, TensorRule>
        {
            [TransformerWeights.Embed] = new("model.embed_tokens.weight", [config.Vocabulary, width], Same),
            ["ln_final.w"] = new("model.norm.weight", [width], Same),
        };
        if (!config.TiedEmbeddings)
        {
            rules[TransformerWeights.Unembed] = new("lm_head.weight", [config.Vocabulary, width], Turned);
        }
        for (var layer = 0; layer < config.Layers; layer++)
        {
            void Add(string name, string source, long[] shape, Func<Tensor, Tensor> convert, bool optional = false) =>
                rules[TransformerWeights.InLayer(layer, name)] = new TensorRule($"model.layers.{layer}.{source}", shape, convert, optional);

            void AddHeads(string letter, string source, int heads)
            {
                var outputs = (long)heads * config.HeadWidth;
                Add($"attn.W_{letter}", $"self_attn.{source}.weight", [outputs, width], tensor => tensor.unflatten(0, [heads, config.HeadWidth]).transpose(1, 2));
                Add($"attn.b_{letter}", $"self_attn.{source}.bias", [outputs], tensor => tensor.unflatten(0, [heads, config.HeadWidth]), optional: true);
            }

            Add("ln1.w", "input_layernorm.weight", [width], Same);
            AddHeads("Q", "q_proj", config.Heads);
            AddHeads("K", "k_proj", config.KeyHeads);
            AddHeads("V", "v_proj", config.KeyHeads);
            Add("attn.W_O", "self_attn.o_proj.weight", [width, (long)config.Heads * config.HeadWidth],
                tensor => tensor.unflatten(1, [config.Heads, config.HeadWidth]).permute(1, 2, 0));
            Add("attn.b_O", "self_attn.o_proj.bias", [width], Same, optional: true);
            Add("ln2.w", "post_attention_layernorm.weight", [width], Same);
            Add("mlp.W_gate", "mlp.gate_proj.weight", [mlp, width], Turned);
            Add("mlp.W_in", "mlp.up_proj.weight", [mlp, width], Turned);
            Add("mlp.W_out", "mlp.down_proj.weight", [width, mlp], Turned);
        }
        return new CheckpointLayout(config, rules, name => name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal)
            || (config.TiedEmbeddings && name == "lm_head.weight"));
    }

    // Newer configurations keep it in rope_parameters. Stretched rotations (Llama 3.1's "llama3", "yarn") are other functions.
    private static double RotaryBase(JsonConfig json)
    {
        var scaling = json.Find("rope_scaling", "rope_parameters");
        if (scaling is not { ValueKind: JsonValueKind.Object } settings)
        {
            return json.Number("rope_theta", 10_000);
        }
        var kind = (settings.TryGetProperty("rope_type", out var type) || settings.TryGetProperty("type", out type)) ? type.ToString() : "default";
        if (kind != "default")
        {
            throw json.Wrong("rope_scaling", $"of type '{kind}'; supported are plain rotary positions (none or 'default')");
        }
        return settings.TryGetProperty("rope_theta", out var theta) && theta.TryGetDouble(out var value) ? value : json.Number("rope_theta", 10_000);
    }

    private static Tensor Same(Tensor tensor) => tensor;

    private static Tensor Turned(Tensor tensor) => tensor.t();
}
