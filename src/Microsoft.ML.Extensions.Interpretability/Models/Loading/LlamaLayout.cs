using System.Text.Json;
using Microsoft.ML.Extensions.Pretrained;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// Hugging Face's layout of Llama (Touvron et al. 2023, arXiv 2302.13971, 2307.09288): RMS norm, rotary positions, SwiGLU, grouped queries.
/// </summary>
internal static class LlamaLayout
{
    public const string ModelType = "llama";

    private const string Prefix = "model.";

    private static readonly HashSet<string> Honoured =
    [
        "model_type", "hidden_size", "num_attention_heads", "num_hidden_layers", "num_key_value_heads", "head_dim", "intermediate_size",
            "vocab_size",
        "max_position_embeddings", "rms_norm_eps", "rope_theta", "rope_scaling", "rope_parameters", "hidden_act", "tie_word_embeddings",
            "attention_bias",
    ];

    // The settings of plain rotary positions; others scale them.
    private static readonly HashSet<string> RotarySettings = ["rope_type", "type", "rope_theta", "partial_rotary_factor"];

    /// <exception cref="FormatException">
    /// The configuration is not supported, or the file is a base model without its unembedding.
    /// </exception>
    public static CheckpointLayout Of(JsonConfig json, IReadOnlyDictionary<string, long[]> shapes)
    {
        var config = Config(json);
        ConfigKeys.Check(json, Honoured);
        return Of(config, shapes, HasBiases(json, shapes), json);
    }

    private static TransformerConfig Config(JsonConfig json)
    {
        int width = json.Integer("hidden_size"), heads = json.Integer("num_attention_heads");
        int keyHeads = json.OptionalInteger("num_key_value_heads") ?? heads, mlp = json.Integer("intermediate_size");
        if (heads < 1 || keyHeads < 1 || heads % keyHeads != 0)
        {
            throw json.Wrong("num_attention_heads",
                $"{heads} with {keyHeads} for keys and values; both must be 1 or more, and the second must divide the first");
        }
        var head = json.OptionalInteger("head_dim");
        if (head is null && width % heads != 0)
        {
            throw json.Wrong("num_attention_heads", $"{heads}, which does not divide the width {width}; then 'head_dim' must be given");
        }
        return mlp < 1 ? throw json.Wrong("intermediate_size", $"{mlp}; allowed are 1 and more") : json.Checked(new TransformerConfig
        {
            Layers = json.Integer("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = keyHeads,
            ModelWidth = width,
            HeadWidth = head ?? width / heads,
            MlpWidth = mlp,
            Vocabulary = json.Integer("vocab_size"),
            Context = json.OptionalInteger("max_position_embeddings") ?? 2048,
            Norm = TransformerNorm.RmsNorm,
            NormEpsilon = json.Number("rms_norm_eps", 1e-6),
            Positions = TransformerPositions.Rotary,
            RotaryBase = RotaryBase(json),
            Activation = Activations.Read(json, "hidden_act", "silu"),
            GatedMlp = true,
            TiedEmbeddings = json.Flag("tie_word_embeddings", false),
        });
    }

    private static CheckpointLayout Of(TransformerConfig config, IReadOnlyDictionary<string, long[]> shapes, bool biases, JsonConfig json)
    {
        var prefix = TensorNames.Before(shapes.Keys, "embed_tokens.weight") ?? Prefix;
        var isBase = !prefix.EndsWith(Prefix, StringComparison.Ordinal);
        var unembed = (isBase ? prefix : prefix[..^Prefix.Length]) + "lm_head.weight";
        if (isBase && !config.TiedEmbeddings && !shapes.ContainsKey(unembed))
        {
            throw json.Wrong("tie_word_embeddings",
                "false, and the tensors are those of the base model: the names lack 'model.' and there is no 'lm_head.weight'. Save the model with its head (LlamaForCausalLM)");
        }
        long width = config.ModelWidth, mlp = config.MlpWidth;
        var rules = new Dictionary<string, TensorRule>
        {
            [TransformerWeights.Embed] = new($"{prefix}embed_tokens.weight", [config.Vocabulary, width], Same),
            ["ln_final.w"] = new($"{prefix}norm.weight", [width], Same),
        };
        if (!config.TiedEmbeddings)
        {
            rules[TransformerWeights.Unembed] = new(unembed, [config.Vocabulary, width], Turned);
        }
        for (var layer = 0; layer < config.Layers; layer++)
        {
            void Add(string name, string source, long[] shape, Func<Tensor, Tensor> convert) =>
                rules[TransformerWeights.InLayer(layer, name)] = new TensorRule($"{prefix}layers.{layer}.{source}", shape, convert);

            void AddHeads(string letter, string source, int heads)
            {
                var outputs = (long)heads * config.HeadWidth;
                Add($"attn.W_{letter}", $"self_attn.{source}.weight", [outputs, width], tensor =>
                    tensor.unflatten(0, [heads, config.HeadWidth]).transpose(1, 2));
                if (biases)
                {
                    Add($"attn.b_{letter}", $"self_attn.{source}.bias", [outputs], tensor =>
                        tensor.unflatten(0, [heads, config.HeadWidth]));
                }
            }

            Add("ln1.w", "input_layernorm.weight", [width], Same);
            AddHeads("Q", "q_proj", config.Heads);
            AddHeads("K", "k_proj", config.KeyHeads);
            AddHeads("V", "v_proj", config.KeyHeads);
            Add("attn.W_O", "self_attn.o_proj.weight", [width, (long)config.Heads * config.HeadWidth],
                tensor => tensor.unflatten(1, [config.Heads, config.HeadWidth]).permute(1, 2, 0));
            if (biases)
            {
                Add("attn.b_O", "self_attn.o_proj.bias", [width], Same);
            }
            Add("ln2.w", "post_attention_layernorm.weight", [width], Same);
            Add("mlp.W_gate", "mlp.gate_proj.weight", [mlp, width], Turned);
            Add("mlp.W_in", "mlp.up_proj.weight", [mlp, width], Turned);
            Add("mlp.W_out", "mlp.down_proj.weight", [width, mlp], Turned);
        }
        // Hugging Face leaves out the biases that its configuration does not have.
        return new CheckpointLayout(config, rules, name => name.Contains("rotary_emb.", StringComparison.Ordinal)
            || name.EndsWith("position_ids", StringComparison.Ordinal) || (config.TiedEmbeddings && name == unembed)
            || (!biases && IsAttentionBias(name)) || (json.Find("mlp_bias") is not null && IsMlpBias(name)));
    }

    private static bool HasBiases(JsonConfig json, IReadOnlyDictionary<string, long[]> shapes) =>
        json.Find("attention_bias") is null && shapes.Keys.FirstOrDefault(IsAttentionBias) is { } bias
            ? throw json.Wrong("attention_bias",
                $"missing, and there is a tensor '{bias}'; write true to use it, or false to leave it out as Hugging Face does")
            : json.Flag("attention_bias", false);

    private static bool IsAttentionBias(string name) =>
        name.EndsWith("_proj.bias", StringComparison.Ordinal) && name.Contains(".self_attn.", StringComparison.Ordinal);

    private static bool IsMlpBias(string name) =>
        name.EndsWith("_proj.bias", StringComparison.Ordinal) && name.Contains(".mlp.", StringComparison.Ordinal);

    // Newer configurations keep it in rope_parameters. Scaled rotations (Llama 3.1's "llama3", "yarn") are other functions.
    private static double RotaryBase(JsonConfig json)
    {
        var wavelength = json.Number("rope_theta", 10_000);
        foreach (var name in new[] { "rope_scaling", "rope_parameters" })
        {
            if (json.Find(name) is { } settings)
            {
                wavelength = RotaryBase(json, name, settings, wavelength);
            }
        }
        return wavelength;
    }

    private static double RotaryBase(JsonConfig json, string name, JsonElement settings, double otherwise)
    {
        if (settings.ValueKind != JsonValueKind.Object)
        {
            throw json.Wrong(name, $"{ConfigKeys.Short(settings)}; allowed are none and an object");
        }
        var values = settings.EnumerateObject().Where(pair => pair.Value.ValueKind != JsonValueKind.Null)
            .ToLookup(pair => pair.Name, pair => pair.Value);
        if (values["rope_type"].Concat(values["type"]).Select(value => value.ToString())
            .FirstOrDefault(kind => kind != "default") is { } other)
        {
            throw json.Wrong(name, $"of type '{other}'; supported are plain rotary positions (none or 'default')");
        }
        if (values.FirstOrDefault(group => !RotarySettings.Contains(group.Key)) is { } unknown)
        {
            throw json.Wrong(name,
                $"an object with '{unknown.Key}', which plain rotary positions do not have; remove it where it changes nothing");
        }
        if (values["partial_rotary_factor"].Any(value => value.ValueKind != JsonValueKind.Number || value.GetDouble() != 1))
        {
            throw json.Wrong(name, "an object with a 'partial_rotary_factor' other than 1; only rotations of the whole head are supported");
        }
        return !values["rope_theta"].Any() ? otherwise
            : values["rope_theta"].Last() is { ValueKind: JsonValueKind.Number } wavelength ? wavelength.GetDouble()
            : throw json.Wrong(name, "an object whose 'rope_theta' is no number");
    }

    private static Tensor Same(Tensor tensor) => tensor;

    private static Tensor Turned(Tensor tensor) => tensor.t();
}
