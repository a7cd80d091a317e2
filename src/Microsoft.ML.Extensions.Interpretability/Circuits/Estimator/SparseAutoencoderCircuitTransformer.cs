using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

[assembly: LoadableClass(
    typeof(SparseAutoencoderCircuitTransformer), null, typeof(SignatureLoadModel), "Sparse autoencoder circuit",
        SparseAutoencoderCircuitTransformer.Loader)]

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A circuit as a transformer: adds the heads' codes and the circuit's activation to each row.</summary>
/// <remarks>
/// Saved with the language model embedded (<see cref="CircuitFinderOptions.EmbedModel"/>), or with its folder and checksum: loading then
/// reads it from the folder. Any number of threads may use it at once. Dispose it, or the chain that contains it, to free its tensors; a
/// language model that was loaded with it is freed too. It cannot be used for new cursors or engines then, and the last existing one frees
/// the tensors. A PredictionEngine disposes its model too, unless it is created with OwnsTransformer = false.
/// </remarks>
/// <inheritdoc cref="CircuitCatalog.SparseAutoencoderCircuitFinder" path="/example"/>
/// <seealso href="../docs/SparseAutoencoderCircuit.html">docs/SparseAutoencoderCircuit.md</seealso>
public sealed class SparseAutoencoderCircuitTransformer : ITransformer, IDisposable
{
    /// <summary>Frozen: it is in every model file.</summary>
    internal const string Loader = "MLExtSaeCircuit";

    private const string CoderPrefix = "coder.";
    private const string ModelPrefix = "model.";

    private static readonly ModelKind Kind = new("SAECIRCU", Loader, typeof(SparseAutoencoderCircuitTransformer).Assembly);

    private readonly CircuitLanguageModel _language;
    private readonly CircuitColumns _columns;
    private readonly FoundCircuit _found;
    private readonly Shared<UsedCircuit> _shared;
    private readonly TokenColumn _tokens;
    private readonly bool _embedModel;

    internal SparseAutoencoderCircuitTransformer(
        CircuitLanguageModel language, CircuitColumns columns, FoundCircuit found, bool embedModel, bool ownsModel)
    {
        (_language, _columns, _found, _embedModel) = (language, columns, found, embedModel);
        var bytes = found.Coder.Tensors().Sum(pair => pair.Value.numel() * pair.Value.element_size());
        _shared = new Shared<UsedCircuit>(new UsedCircuit(found, ownsModel ? language.Model : null), bytes, Disposed);
        _tokens = new TokenColumn(columns.Input, language.Tokenizer);
    }

    /// <summary>The circuit.</summary>
    public Circuit Circuit => _found.Circuit;

    /// <summary>The language model.</summary>
    public TransformerModel LanguageModel => _language.Model;

    /// <summary>The tokenizer; null where the data holds tokens.</summary>
    public TransformerTokenizer? Tokenizer => _language.Tokenizer;

    /// <summary>True: each row is taken by itself.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The schema with the added columns.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or of another type.</exception>
    /// <exception cref="ObjectDisposedException">The circuit was disposed.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).OutputSchema;

    /// <summary>The same for single rows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or of another type.</exception>
    /// <exception cref="ObjectDisposedException">The circuit was disposed.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => Bind(inputSchema);

    /// <summary>The data with the added columns, computed as it is read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or of another type.</exception>
    /// <exception cref="ObjectDisposedException">The circuit was disposed.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedView(input, Bind(input.Schema));
    }

    /// <summary>Frees the tensors once no cursor, engine or call uses them; existing ones continue.</summary>
    public void Dispose() => _shared.Close();

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        if (!_embedModel && _language.Folder is null)
        {
            throw new InvalidOperationException(
                "The circuit is saved without its language model, and no folder of the model was given. Save the model with TransformerModel.Save and set modelFolder, or set EmbedModel.");
        }
        using var lease = _shared.Rent();
        ModelEntry.Save(ctx, Kind, Description(), lease.Use(used => _language.Model.Use(model => Tensors(used.Found, model))));
    }

    private byte[] Tensors(FoundCircuit found, TransformerWeights model)
    {
        using var scope = NewDisposeScope();
        var tensors = found.Coder.Tensors().Select(pair => (CoderPrefix + pair.Name, pair.Value));
        return Safetensors.Write(
            _embedModel ? tensors.Concat(model.Outer().Select(pair => (ModelPrefix + pair.Name, pair.Value))) : tensors);
    }

    private CircuitDescription Description()
    {
        var (circuit, config) = (_found.Circuit, _language.Model.Config);
        var heads = circuit.Scores.Heads.Keys.ToArray();
        var contrasts = circuit.Heads.ToDictionary(head => head.Head, head => head.Contrast);
        return new CircuitDescription(
            _columns, config, _embedModel ? null
                : _language.Folder, CircuitLanguageModel.Checksum(_language.Model), _language.Tokenizer?.Files().ToDictionary(),
            [.. heads.Select(head => circuit.Scores.Heads[head])], [.. heads.Select(head => contrasts[head])],
            [.. CircuitEdge.All(config).Select(edge => circuit.Scores.Edges.TryGetValue(edge, out var score) ? score : double.NaN)],
            circuit.ThresholdPart, circuit.PValue, circuit.HeldOutAuc, _found.IsPooled, _found.FirstCodeForNone,
            [.. _found.Likelihood.Heads], [.. _found.Likelihood.Ratios], circuit.Effect, circuit.IsHeldOut);
    }

    private CircuitMapping Bind(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        _shared.CheckOpen();
        return new(schema, _tokens.Find(schema), _columns, _language, _tokens, _shared.Rent);
    }

    private static ObjectDisposedException Disposed() => new(
        nameof(SparseAutoencoderCircuitTransformer),
        "The circuit was disposed: by its own Dispose, by that of a chain it is in, or by that of a PredictionEngine, which disposes its model too "
        + "unless PredictionEngineOptions.OwnsTransformer is false. Make engines with OwnsTransformer = false, dispose the circuit "
        + "after its last use, or load it again.");

    private static SparseAutoencoderCircuitTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        var (description, weights) = ModelEntry.Load<CircuitDescription>(ctx, Kind);
        try
        {
            return TorchMemory.Guard(() => "Loading the circuit", () => Restored(description, weights));
        }
        catch (Exception e) when (
            e is FormatException or ArgumentException or InvalidOperationException or NotSupportedException or OverflowException
            or ExternalException)
        {
            throw new FormatException(
                $"The circuit of the model file cannot be made: {e.Message} Save it again, or take an undamaged copy.", e);
        }
    }

    private static SparseAutoencoderCircuitTransformer Restored(CircuitDescription description, byte[] weights)
    {
        using var scope = NewDisposeScope();
        Safetensors.CheckFinite(weights);
        var tensors = Safetensors.Read(weights);
        scope.Attach(tensors.Values);
        if (tensors.Keys.FirstOrDefault(name => !name.StartsWith(CoderPrefix, StringComparison.Ordinal)
            && !(description.ModelFolder is null && name.StartsWith(ModelPrefix, StringComparison.Ordinal))) is { } unknown)
        {
            throw new FormatException($"the tensor '{unknown}' is unknown to the circuit.");
        }
        var model = description.ModelFolder is null
            ? TransformerModel.Create(description.Model, Named(tensors, ModelPrefix))
            : Referenced(description.ModelFolder);
        HeadCoder? coder = null;
        try
        {
            CheckModel(description, model);
            coder = HeadCoder.Restore(model.Config, Named(tensors, CoderPrefix));
            var language = new CircuitLanguageModel(
                model, description.TokenizerFiles is { } files ? TransformerTokenizer.OfFiles(files) : null, description.ModelFolder);
            return new SparseAutoencoderCircuitTransformer(
                language, description.Columns, Found(description, coder), description.ModelFolder is null, ownsModel: true);
        }
        catch
        {
            coder?.Dispose();
            model.Dispose();
            throw;
        }
    }

    private static void CheckModel(CircuitDescription description, TransformerModel model)
    {
        var where = description.ModelFolder ?? "the file";
        if (!CryptographicOperations.FixedTimeEquals(CircuitLanguageModel.Checksum(model), description.ModelChecksum))
        {
            throw new FormatException(
                $"The language model in '{where}' is not the one that the circuit was found in: its checksum differs.");
        }
        if (model.Config != description.Model)
        {
            throw new FormatException(
                $"The language model in '{where}' is {model.Config}, and the circuit was found in {description.Model}.");
        }
    }

    private static Dictionary<string, Tensor> Named(IReadOnlyDictionary<string, Tensor> tensors, string prefix) =>
        tensors.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value);

    private static TransformerModel Referenced(string folder)
    {
        try
        {
            return TransformerModel.Load(folder);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException(
                $"The circuit's language model is not in '{folder}' ({e.Message}); put it there, or save the circuit with EmbedModel.", e);
        }
    }

    private static FoundCircuit Found(CircuitDescription description, HeadCoder coder)
    {
        var config = description.Model;
        CircuitNode Node(int index) => CircuitNode.Head(index / config.Heads, index % config.Heads);
        var edges = CircuitEdge.All(config).ToArray();
        var all = config.Layers * config.Heads;
        if (description.Heads.Length != all || description.Contrasts.Length != all || description.Edges.Length != edges.Length
            || description.CircuitHeads.Length != description.Ratios.Length
                || description.Ratios.Any(ratios => ratios.Length != coder.Features + 1)
            || description.CircuitHeads.Any(head => head < 0 || head >= all))
        {
            throw new FormatException("The circuit in the model file does not fit its language model; save it again.");
        }
        var scores = new CircuitScores(
            Enumerable.Range(0, all).ToDictionary(Node, index => description.Heads[index]),
            edges.Zip(description.Edges).Where(pair => !double.IsNaN(pair.Second)).ToDictionary(pair => pair.First, pair => pair.Second));
        var circuit = new Circuit(
            config, scores, Enumerable.Range(0, all).ToDictionary(Node, index => description.Contrasts[index]), description.Threshold,
                description.PValue, description.HeldOutAuc,
            description.Effect, description.IsHeldOut);
        return new FoundCircuit(circuit, coder, new CodeLikelihood(description.CircuitHeads, description.Ratios), description.IsPooled,
            description.FirstCodeForNone);
    }
}
