using System.Text.Json;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Pretrained;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

public sealed partial class TransformerModel
{
    private const string ModelType = "microsoft_ml_extensions_transformer";
    private const int FormatVersion = 1;

    private static readonly HashSet<string> OwnSettings = ["model_type", "format_version", "transformer"];

    // A newer version may have further settings.
    private static readonly JsonSerializerOptions OwnJson = new(
        ModelEntry.Json)
    { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    /// <summary>Loads a folder: Hugging Face's layout of GPT-2 or Llama, or what <see cref="Save"/> wrote.</summary>
    /// <param name="folder">
    /// Holds <c>config.json</c>, and <c>model.safetensors</c> or its shards with their index, in Single, Half, BFloat16 or Double. The
    /// weights are read by memory mapping and computed with in Single. Settings that change what the model computes are honoured or refused
    /// by name; so are unknown settings.
    /// </param>
    /// <exception cref="NotSupportedException">The architecture is another one; the message says which are supported.</exception>
    /// <exception cref="FormatException">
    /// A file is damaged, settings cannot be honoured, or tensors are missing, unknown, of another shape or not finite; they are named.
    /// </exception>
    /// <exception cref="FileNotFoundException">A file is not there.</exception>
    public static TransformerModel Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var json = new JsonConfig(folder);
        if (json.ModelType is not (Gpt2Layout.ModelType or LlamaLayout.ModelType or ModelType))
        {
            throw new NotSupportedException(
                $"'{folder}' holds a model of type '{json.ModelType}'; supported are {Gpt2Layout.ModelType}, {LlamaLayout.ModelType} and {ModelType}.");
        }
        using var files = TensorFiles.OfFolder(folder);
        var layout = json.ModelType switch
        {
            Gpt2Layout.ModelType => Gpt2Layout.Of(json, files.Shapes),
            LlamaLayout.ModelType => LlamaLayout.Of(json, files.Shapes),
            _ => TransformerLensLayout.Of(OwnConfig(json), files.Shapes),
        };
        return layout.Load(files);
    }

    /// <summary>Loads a safetensors file with TransformerLens' names, in its shapes or those of the code before it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="adjust">
    /// Sets what the file does not contain (activation, shortformer) in the configuration that is derived from it:
    /// <c>config => config with { Activation = TransformerActivation.Relu }</c>. Null where the defaults are right. It may be called more
    /// than once. Buffers tell whether the model is causal or rotary. Where there are no norms it must set whether they are folded
    /// (<see cref="TransformerNorm.LayerNormPre"/>), and where there are neither position embeddings nor rotations, whether positions are
    /// rotary or none.
    /// </param>
    /// <exception cref="FormatException">
    /// The file is damaged, <paramref name="adjust"/> does not set a required value, or tensors are missing, unknown, of another shape or
    /// no finite real numbers; they are named.
    /// </exception>
    /// <exception cref="ArgumentException">The configuration that <paramref name="adjust"/> gives is not allowed.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static TransformerModel LoadTransformerLens(string file, Func<TransformerConfig, TransformerConfig>? adjust = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        using var files = new TensorFiles([file], file);
        return TransformerLensLayout.Of(TransformerLensLayout.Adjusted(files, adjust), files.Shapes).Load(files);
    }

    /// <summary>Loads a model file of llama2.c (version 0, Single).</summary>
    /// <exception cref="FormatException">The file is of another kind, cut off, or holds numbers that are not finite.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static TransformerModel LoadLlama2c(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        return Llama2cFile.Load(file);
    }

    /// <summary>
    /// Writes <c>config.json</c> and <c>model.safetensors</c>, with TransformerLens' names and shapes, into a folder, which is created if
    /// it does not exist.
    /// </summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file cannot be written.</exception>
    public void Save(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Directory.CreateDirectory(folder);
        var description = new { model_type = ModelType, format_version = FormatVersion, transformer = Config };
        AtomicFile.Write(Path.Combine(folder, TensorFiles.FileName), Use(weights => Safetensors.Write(weights.Outer())));
        AtomicFile.Write(Path.Combine(folder, JsonConfig.FileName), JsonSerializer.SerializeToUtf8Bytes(description, ModelEntry.Json));
    }

    /// <summary>
    /// The same function with the weights of its normalisations folded into the matrices after them, so that these are read straight from
    /// the residual stream; tied embeddings are no longer tied.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// There is nothing to fold, or folding is not possible: a gate and Shortformer positions have no place for a norm's bias and weight.
    /// </exception>
    public TransformerModel FoldNorm()
    {
        if (!Config.HasNormWeight)
        {
            throw new InvalidOperationException($"The norm is {Config.Norm}; only LayerNorm and RmsNorm have weights to fold.");
        }
        var hasBias = Config.Norm == TransformerNorm.LayerNorm;
        if ((hasBias && Config.GatedMlp) || Config.Positions == TransformerPositions.Shortformer)
        {
            throw new InvalidOperationException("A gate after LayerNorm, and Shortformer positions, leave no place to fold the norm into.");
        }
        var folded = Config with { Norm = hasBias ? TransformerNorm.LayerNormPre : TransformerNorm.RmsNormPre, TiedEmbeddings = false };
        return Use(_ => new TransformerModel(folded, name => Folded(name), NumberType, Device));
    }

    private static TransformerConfig OwnConfig(JsonConfig json)
    {
        if (json.Integer("format_version") is var version and not FormatVersion)
        {
            throw json.Wrong("format_version",
                $"{version}, and this version of Microsoft.ML.Extensions reads {FormatVersion}; update the package");
        }
        ConfigKeys.Check(json, OwnSettings);
        try
        {
            return json.Find("transformer") is { } value && value.Deserialize<TransformerConfig>(OwnJson) is { } config
                ? json.Checked(config)
                : throw json.Wrong("transformer", "missing");
        }
        catch (JsonException e)
        {
            throw json.Wrong("transformer", $"not the configuration of a transformer: {e.Message}");
        }
    }

    private Tensor Folded(string name)
    {
        if (name == TransformerWeights.Unembed && Config.TiedEmbeddings)
        {
            return NormWeight(name) * _weights[TransformerWeights.Embed].t();
        }
        var value = _weights.Outer(name);
        var part = name[(name.LastIndexOf('.') + 1)..];
        return part switch
        {
            "W_Q" or "W_K" or "W_V" or "W_in" or "W_gate" or "W_U" => NormWeight(name) * value,
            "b_Q" or "b_K" or "b_V" or "b_in" or "b_U" when NormBias(name) is { } bias => value.Plus((bias * MatrixOf(name)).sum(-2)),
            _ => value,
        };
    }

    // Columns, so that they meet the inputs of a matrix [..., inputs, outputs].
    private Tensor NormWeight(string name) => _weights[$"{NormOf(name)}.w"].unsqueeze(-1);

    private Tensor? NormBias(string name) => _weights.Find($"{NormOf(name)}.b")?.unsqueeze(-1);

    private Tensor MatrixOf(string bias) => bias == TransformerWeights.UnembedBias && Config.TiedEmbeddings
        ? _weights[TransformerWeights.Embed].t()
        : _weights.Outer(bias.Replace(".b_", ".W_", StringComparison.Ordinal));

    private static string NormOf(string name) =>
        name.Contains(".attn.", StringComparison.Ordinal) ? name[..name.IndexOf("attn.", StringComparison.Ordinal)] + "ln1"
        : name.Contains(".mlp.", StringComparison.Ordinal) ? name[..name.IndexOf("mlp.", StringComparison.Ordinal)] + "ln2"
        : TransformerWeights.FinalNorm;
}
