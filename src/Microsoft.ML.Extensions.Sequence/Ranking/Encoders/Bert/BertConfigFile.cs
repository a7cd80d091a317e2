using Microsoft.ML.Extensions.Pretrained;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads a BERT encoder's <c>config.json</c>. Unsupported settings that change the output are refused by name.</summary>
internal static class BertConfigFile
{
    private const string ModelType = "bert";
    private const string Absolute = "absolute";

    private static readonly HashSet<string> Honoured =
    [
        "model_type", "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act",
        "max_position_embeddings", "type_vocab_size", "layer_norm_eps", "position_embedding_type", "is_decoder",
    ];

    // https://github.com/huggingface/transformers (activations.py)
    private static readonly Dictionary<string, BertActivation> Activations = new()
    {
        ["gelu"] = BertActivation.Gelu,
        ["gelu_python"] = BertActivation.Gelu,
        ["gelu_new"] = BertActivation.GeluTanh,
        ["gelu_fast"] = BertActivation.GeluTanh,
        ["gelu_accurate"] = BertActivation.GeluTanh,
        ["gelu_pytorch_tanh"] = BertActivation.GeluTanh,
        ["relu"] = BertActivation.Relu,
        ["silu"] = BertActivation.Silu,
        ["swish"] = BertActivation.Silu,
    };

    /// <exception cref="FileNotFoundException">The folder has no <c>config.json</c>.</exception>
    /// <exception cref="FormatException">It is not the configuration of a supported encoder; the message names the setting.</exception>
    public static BertConfig Read(string folder)
    {
        var json = new JsonConfig(folder);
        if (json.ModelType != ModelType)
        {
            throw json.Wrong("model_type", $"'{json.ModelType}'; supported is '{ModelType}'");
        }
        ConfigKeys.Check(json, Honoured);
        if (json.Flag("is_decoder", false))
        {
            throw json.Wrong("is_decoder", "true; a decoder is not supported");
        }
        if (json.Text("position_embedding_type") is { } positions && positions != Absolute)
        {
            throw json.Wrong("position_embedding_type", $"'{positions}'; supported is '{Absolute}'");
        }
        return ConfigCheck.Within(
            new BertConfig
            {
                Vocabulary = json.Integer("vocab_size"),
                Width = json.Integer("hidden_size"),
                Layers = json.Integer("num_hidden_layers"),
                Heads = json.Integer("num_attention_heads"),
                InnerWidth = json.Integer("intermediate_size"),
                Positions = json.OptionalInteger("max_position_embeddings") ?? 512,
                Segments = json.OptionalInteger("type_vocab_size") ?? 2,
                NormEpsilon = json.Number("layer_norm_eps", 1e-12),
                Activation = Activations.TryGetValue(json.Text("hidden_act") ?? "gelu", out var activation) ? activation
                    : throw json.Wrong("hidden_act", $"'{json.Text("hidden_act")}'; supported are {string.Join(", ", Activations.Keys)}"),
            },
            json.Path,
            "encoder");
    }
}
