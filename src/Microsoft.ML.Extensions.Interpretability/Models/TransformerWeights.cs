using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A transformer's weights, each stored as the matrix <c>[outputs, inputs]</c> of its product, and also viewed per head.</summary>
/// <remarks>External names and shapes are those of TransformerLens; model files use them, so they are frozen.</remarks>
internal sealed class TransformerWeights : IDisposable
{
    public const string Embed = "embed.W_E";
    public const string PositionEmbed = "pos_embed.W_pos";
    public const string Unembed = "unembed.W_U";
    public const string UnembedBias = "unembed.b_U";
    public const string FinalNorm = "ln_final";

    private readonly TransformerConfig _config;
    private readonly Dictionary<string, Tensor> _stored = [];

    /// <param name="config">The shape.</param>
    /// <param name="source">
    /// The weight of a name in its outer shape, or null where there is none, which is allowed only for biases and means zeros. It is
    /// copied.
    /// </param>
    /// <param name="type">The number type.</param>
    /// <param name="device">Where.</param>
    public TransformerWeights(TransformerConfig config, Func<string, Tensor?> source, ScalarType type, Device device)
    {
        _config = config;
        try
        {
            foreach (var (name, shape) in Shapes(config))
            {
                using var scope = NewDisposeScope();
                using var grad = no_grad();
                var value = source(name) ?? zeros(shape);
                var inner = Inner(name, value.reshape(shape));
                _stored[name] = empty(inner.shape, type, device).copy_(inner).DetachFromDisposeScope();
            }
        }
        catch
        {
            Dispose();
            throw;
        }
        Layers = LayersOf(config);
    }

    private TransformerWeights(TransformerConfig config, Dictionary<string, Tensor> stored)
    {
        (_config, _stored) = (config, stored);
        Layers = LayersOf(config);
    }

    public IReadOnlyList<TransformerLayerWeights> Layers { get; }

    public Device Device => _stored[Embed].device;

    public ScalarType Type => _stored[Embed].dtype;

    /// <summary>The stored tensors, by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Stored => _stored;

    /// <summary>The stored matrix or vector; null where the configuration has none.</summary>
    public Tensor? Find(string name) => _stored.GetValueOrDefault(name);

    public Tensor this[string name] => _stored[name];

    /// <summary><c>[outputs, D]</c>.</summary>
    public Tensor UnembedMatrix => Find(Unembed) ?? this[Embed];

    /// <summary>The weights in their outer names and shapes, as views.</summary>
    public IEnumerable<(string Name, Tensor Value)> Outer() => Shapes(_config).Select(pair => (pair.Name, Outer(pair.Name)));

    public Tensor Outer(string name) => Kind(name) switch
    {
        "W_Q" or "W_K" or "W_V" => this[name].unflatten(0, [-1, _config.HeadWidth]).transpose(1, 2),
        "W_O" => this[name].unflatten(1, [-1, _config.HeadWidth]).permute(1, 2, 0),
        "b_Q" or "b_K" or "b_V" => this[name].unflatten(0, [-1, _config.HeadWidth]),
        "W_in" or "W_gate" or "W_out" or "W_U" => this[name].t(),
        _ => this[name],
    };

    /// <summary>Every weight of a configuration with its outer shape, in a fixed order.</summary>
    public static IEnumerable<(string Name, long[] Shape)> Shapes(TransformerConfig config)
    {
        long width = config.ModelWidth;
        yield return (Embed, [config.Vocabulary, width]);
        if (config.HasPositionEmbedding)
        {
            yield return (PositionEmbed, [config.Context, width]);
        }
        for (var layer = 0; layer < config.Layers; layer++)
        {
            foreach (var (name, shape) in LayerShapes(config))
            {
                yield return (InLayer(layer, name), shape);
            }
        }
        foreach (var (name, shape) in NormShapes(config, FinalNorm))
        {
            yield return (name, shape);
        }
        if (!config.TiedEmbeddings)
        {
            yield return (Unembed, [width, config.Logits]);
        }
        yield return (UnembedBias, [config.Logits]);
    }

    public static string InLayer(int layer, string name) => $"blocks.{layer}.{name}";

    /// <summary>Whether a file may omit it; it is then zero.</summary>
    public static bool IsBias(string name) => Kind(name).StartsWith("b", StringComparison.Ordinal);

    /// <summary>A trainable copy, whose tensors are <see cref="Parameter"/>s.</summary>
    public TransformerWeights ToParameters() =>
        new(_config, _stored.ToDictionary(pair => pair.Key, Tensor (pair) => new Parameter(pair.Value.detach().clone())));

    public void Dispose()
    {
        foreach (var tensor in _stored.Values)
        {
            tensor.Dispose();
        }
    }

    private TransformerLayerWeights[] LayersOf(TransformerConfig config) =>
        [.. Enumerable.Range(0, config.Layers).Select(layer => new TransformerLayerWeights(this, layer, config))];

    private static IEnumerable<(string Name, long[] Shape)> LayerShapes(TransformerConfig config)
    {
        long heads = config.Heads, keyHeads = config.KeyHeads, width = config.ModelWidth, head = config.HeadWidth, mlp = config.MlpWidth;
        (string, long[])[] attention =
        [
            ("attn.W_Q", [heads, width, head]), ("attn.W_K", [keyHeads, width, head]), ("attn.W_V", [keyHeads, width, head]),
            ("attn.W_O", [heads, head, width]),
            ("attn.b_Q", [heads, head]), ("attn.b_K", [keyHeads, head]), ("attn.b_V", [keyHeads, head]), ("attn.b_O", [width]),
        ];
        (string, long[])[] gate = config.GatedMlp ? [("mlp.W_gate", [width, mlp])] : [];
        (string, long[])[] inner = [("mlp.W_in", [width, mlp]), ("mlp.b_in", [mlp]), ("mlp.W_out", [mlp, width]), ("mlp.b_out", [width])];
        return [.. NormShapes(config, "ln1"), .. attention, .. config.HasMlp ? [.. NormShapes(config, "ln2"), .. gate, .. inner]
            : Array.Empty<(string, long[])>()];
    }

    private static IEnumerable<(string Name, long[] Shape)> NormShapes(TransformerConfig config, string name) => config.Norm switch
    {
        TransformerNorm.LayerNorm => [($"{name}.w", [config.ModelWidth]), ($"{name}.b", [config.ModelWidth])],
        TransformerNorm.RmsNorm => [($"{name}.w", [config.ModelWidth])],
        _ => [],
    };

    private static string Kind(string name) => name[(name.LastIndexOf('.') + 1)..];

    private static Tensor Inner(string name, Tensor outer) => Kind(name) switch
    {
        "W_Q" or "W_K" or "W_V" => outer.transpose(1, 2).flatten(0, 1),
        "W_O" => outer.flatten(0, 1).t(),
        "b_Q" or "b_K" or "b_V" => outer.flatten(),
        "W_in" or "W_gate" or "W_out" or "W_U" => outer.t(),
        _ => outer,
    };
}
