using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Extensions.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions;

/// <summary>A trained network as an ML.NET transformer: the result of every trainer of the pack.</summary>
/// <remarks>
/// Adds <c>PredictedLabel</c> and <c>Score</c> (multiclass: the probabilities of the classes), <c>Probability</c> too (binary), or
/// <c>Score</c> alone (regression; a forecast's is <c>[H, K]</c>, with <c>Quantiles</c> if asked for).
/// <see cref="Transform"/> reads up to 256 rows ahead and scores them together; a row's scores depend on its neighbours and position by
/// rounding only. A value too far from the training values, or a score that is not finite, is an <see cref="InvalidDataException"/> with
/// column and row. Any number of threads may score at once. Dispose it, or the chain that contains it, to free the weights: it cannot be
/// used for new cursors or engines then, and the last existing one frees the weights. A PredictionEngine disposes its model too, unless it
/// is created with OwnsTransformer = false.
/// </remarks>
/// <example><code language="csharp"><![CDATA[
/// using Microsoft.ML;
/// using Microsoft.ML.Data;
/// using Microsoft.ML.Extensions;
///
/// var ml = new MLContext(seed: 1);
/// var rows = ml.Data.LoadFromTsFile("JapaneseVowels_TRAIN.ts");
/// var data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
/// using NetworkTransformer model = ml.MulticlassClassification.Trainers.ParaRnn().Fit(data);
/// Console.WriteLine($"{model.Model.Kind}: {model.Model.ParameterCount} parameters, training loss {model.History[^1].TrainLoss}");
///
/// var scored = model.Transform(ml.Data.LoadFromTsFile("JapaneseVowels_TEST.ts"));
/// Console.WriteLine(string.Join(' ', scored.GetColumn<float[]>("Score").First()));    // the probability of each class
/// ]]></code></example>
/// <seealso href="../docs/Models.html">docs/Models.md</seealso>
public sealed class NetworkTransformer : ISingleFeaturePredictionTransformer<NetworkModel>, ISingleFeaturePredictionTransformer, ITrainingGuide,
    IDistillationTeacher, IDisposable
{
    private readonly NetworkKind _kind;
    private readonly NetworkKind? _baseKind;
    private readonly ModelDescription _description;
    private readonly TaskHead _head;
    private readonly Shared<Network> _network;
    private readonly Lazy<ManagedNetwork?> _managed;
    private readonly IModelInput _input;
    private readonly ModelDevice _device;
    private readonly byte[]? _file;
    private readonly byte[]? _packed;

    /// <param name="kind">The kind of network.</param>
    /// <param name="baseKind">The kind of its base; null where there is none.</param>
    /// <param name="description">The model without its weights.</param>
    /// <param name="head">The task.</param>
    /// <param name="network">The trained network, which this model owns.</param>
    /// <param name="device">The network's device.</param>
    internal NetworkTransformer(
        NetworkKind kind, NetworkKind? baseKind, ModelDescription description, TaskHead head, Network network, Device device)
        : this(kind, baseKind, description, head, ModelDevice.Of(device))
    {
        _network = new Shared<Network>(ForScoring(network), Bytes(network), Disposed);
        _managed = new Lazy<ManagedNetwork?>(Managed);
        Model = new NetworkModel(description, _network, packed: null);
    }

    /// <param name="kind">The kind of network.</param>
    /// <param name="baseKind">The kind of its base; null where there is none.</param>
    /// <param name="description">The model without its weights.</param>
    /// <param name="head">The task.</param>
    /// <param name="file">The weights as safetensors.</param>
    /// <param name="packed">The weights as they are saved, where that is not their own precision.</param>
    /// <param name="managed">The weights as C# kernels; null where libtorch scores.</param>
    /// <param name="network">The network of those weights, created where something needs it.</param>
    /// <param name="device">The network's device.</param>
    internal NetworkTransformer(
        NetworkKind kind, NetworkKind? baseKind, ModelDescription description, TaskHead head, byte[] file, byte[]? packed,
        ManagedNetwork? managed, Lazy<Network> network, ModelDevice device)
        : this(kind, baseKind, description, head, device)
    {
        (_file, _packed) = (file, packed);
        _network = new Shared<Network>(network, file.Length, Disposed);
        _managed = new Lazy<ManagedNetwork?>(managed);
        Model = new NetworkModel(description, _network, packed);
    }

    private NetworkTransformer(NetworkKind kind, NetworkKind? baseKind, ModelDescription description, TaskHead head, ModelDevice device)
    {
        (_kind, _baseKind, _description, _head, _device) = (kind, baseKind, description, head, device);
        _input = kind.InputOf(description);
        (_network, _managed, Model) = (null!, null!, null!);
    }

    /// <summary>The trained parameters.</summary>
    public NetworkModel Model { get; }

    /// <summary>
    /// The reports of all epochs of the fit that made this model, in the order in which they came; networks trained side by side alternate. Empty for a model
    /// that was loaded, copied or solved: files do not hold it.
    /// </summary>
    public IReadOnlyList<TrainingProgress> History { get; internal init; } = [];

    /// <summary>Whether scores are computed by C# kernels on the CPU, so that an application that only scores needs no libtorch.</summary>
    public bool IsManaged => _managed.Value is not null;

    /// <summary>
    /// The names of the layers whose activations can be compared or can guide another network, from the input to the output; the outputs
    /// are none. Those of an ensemble begin with its network, such as <c>members.1.blocks.0</c>; empty for a model without layers.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public IReadOnlyList<string> Layers => Use(network => NetworkLayer.Of(network).Select(layer => layer.Name).ToArray());

    /// <summary>The name of the feature column.</summary>
    public string FeatureColumnName => _description.Input.Name;

    /// <summary>The type that column had in training.</summary>
    public DataViewType FeatureColumnType => _input.Type;

    /// <summary>True: each row is scored by itself.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The schema after scoring.</summary>
    /// <param name="inputSchema">The schema of the data to be scored.</param>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or not of the type it had in training.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).OutputSchema;

    /// <summary>The same scoring for single rows.</summary>
    /// <param name="inputSchema">The schema of the rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or not of the type it had in training.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => Bind(inputSchema);

    /// <summary>The data with the score columns, computed as it is read.</summary>
    /// <param name="input">Data with the feature column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or not of the type it had in training.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public IDataView Transform(IDataView input) => new BatchedView(input, Bind(input.Schema));

    /// <summary>
    /// Frees the weights once no cursor, engine or call uses them; existing ones continue. The model cannot be used again or saved.
    /// </summary>
    public void Dispose() => _network.Close();

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        _network.CheckOpen();
        ModelEntry.Save(ctx, _kind.File, _description, _packed ?? Weights());
    }

    /// <summary>The range of values of a row; null for all finite numbers.</summary>
    internal InputRange? Range => _managed.Value is { } managed ? managed.Range : Use(IBounded.RangeOf);

    /// <summary>The names of the added columns.</summary>
    internal OutputColumnNames Outputs => _description.Outputs;

    /// <summary>The feature column in data, its number of channels (colours for images), and the values per channel in a step.</summary>
    /// <exception cref="ArgumentException">The column is of tokens, which have no channels.</exception>
    internal (DataViewSchema.Column Column, int Channels, int Width) Channels(DataViewSchema schema)
    {
        var input = _description.Input;
        var column = input.Bind(schema);
        return input.Kind == Columns.InputKind.Tokens
            ? throw new ArgumentException(
                $"Feature column '{input.Name}' is of tokens, which have no channels; take a model of numbers.", nameof(schema))
            : input.Frame is { } frame ? (column, frame.Channels, frame.Height * frame.Width)
            : (column, input.Channels, 1);
    }

    /// <summary>Whether a row is a series, rather than the values of a table.</summary>
    internal bool ReadsSeries => _kind.TakesUnequalRows;

    /// <summary>The trainer's options, as they are saved.</summary>
    internal JsonElement Options => _description.Options;

    /// <summary>Models like this one, with other options, weights or kernels.</summary>
    internal ModelCopies Copies => new(new ModelParts(_kind, _baseKind, _description, _head, _device), Weights, Rent, _packed);

    /// <summary>The same network for the steps of one stream.</summary>
    /// <exception cref="NotSupportedException">The network needs whole rows; the message says what to set.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    internal StreamingTransformer Stream() => new(_description, _head, CreateStreamScorer());

    /// <summary>The same network for the steps of streams in ONNX.</summary>
    /// <inheritdoc cref="Stream"/>
    internal OnnxStepTransformer OnnxSteps()
    {
        CheckStreams();
        var (width, pastWidth) = Use(network => OnnxModel.StateSizes(network, _description));
        return new(_description, _head, new OnnxStateColumns(_description.Outputs.Score, checked((int)width), checked((int)pastWidth)), Rent);
    }

    private IStreamScorer CreateStreamScorer()
    {
        _network.CheckOpen();
        if (_managed.Value is { Streams: true } managed)
        {
            return new ManagedStreamScorer(Rent(), managed, _head.Rows!);
        }
        CheckStreams();
        return new StreamScorer(Rent(), _head, _description.Input, _device.Value, _description.IsDeterministic);
    }

    private void CheckStreams()
    {
        if (Use(network => IStreamable.Of(network).StreamingObstacle) is { } obstacle)
        {
            throw new NotSupportedException(
                $"The {Model.Kind} network on column '{FeatureColumnName}' cannot go step by step: {obstacle}, and train again.");
        }
    }

    long ITrainingGuide.Bytes => Bytes(Model.Network);

    string ITrainingGuide.Fingerprint()
    {
        using var lease = Rent();
        return Convert.ToHexString(Fingerprint(lease));
    }

    GuideNetwork ITrainingGuide.Open(GuideRequest request)
    {
        request.Check(_description.Input, _kind.Name, _kind.Input is not null);
        var lease = Rent();
        return new GuideNetwork(Model.Network, _device.Value, lease);
    }

    string IDistillationTeacher.Fingerprint() => ((ITrainingGuide)this).Fingerprint();

    TeacherNetwork IDistillationTeacher.Teach(GuideRequest request)
    {
        request.Check(_description.Input, _kind.Name, _kind.Input is not null);
        return new TeacherNetwork(Model.Network, _head, _device.Value, Rent());
    }

    /// <summary>The task, with the values of the training data.</summary>
    internal TaskHead Head => _head;

    /// <summary>The number of networks whose outputs are averaged.</summary>
    internal int EnsembleSize => _description.EnsembleSize;

    /// <summary>The column that it reads.</summary>
    internal InputColumn Input => _description.Input;

    /// <summary>Whether it reads a single column, as it is.</summary>
    internal bool ReadsOneColumn => _kind.Input is null;

    /// <summary>The device of the network.</summary>
    internal Device Device => _device.Value;

    /// <summary>What it reads of rows of a schema.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or not of the type it had in training.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    internal BoundInput BindInput(DataViewSchema schema)
    {
        _network.CheckOpen();
        return _input.Bind(schema);
    }

    /// <summary>A copy of the options that it was trained with, without callbacks.</summary>
    internal object ReadOptions() => _kind.Read(_description.Options);

    /// <summary>The multiplications of all matrices of the model for a row, or for one step where rows differ in length.</summary>
    internal long Products => Use(network => IMatrixWork.Of(network, Math.Max(1, _description.Input.Steps)));

    /// <summary>A lease of the network for another user.</summary>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    internal Lease<Network> Rent() => _network.Rent();

    /// <summary>A SHA-256 of the description and the weights.</summary>
    /// <param name="lease">A lease of this network.</param>
    internal byte[] Fingerprint(Lease<Network> lease) =>
        SHA256.HashData([.. JsonSerializer.SerializeToUtf8Bytes(_description, ModelEntry.Json), .. SHA256.HashData(WeightsOf(lease))]);

    /// <summary>Reads the activations of all layers for the rows of data.</summary>
    /// <param name="data">Data with the feature column.</param>
    /// <param name="rows">The rows of a batch.</param>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or not of the type it had in training.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    internal LayerReader ReadLayers(IDataView data, int rows)
    {
        var bound = _input.Bind(data.Schema);
        return new LayerReader(Rent(), Model.Network, data.GetRowCursor(bound.Sources), bound, _description, _device.Value, rows);
    }

    // Weights that are no numbers are left to libtorch, whose outputs are none either, so that a row says so.
    private ManagedNetwork? Managed()
    {
        if (!_device.IsCpu)
        {
            return null;
        }
        var weights = Weights();
        return Safetensors.AreFinite(weights) ? ModelReader.Managed(_kind, _baseKind, _description, _head, weights) : null;
    }

    // Those of a file are the bytes that its network would be saved as, unless they were rounded, and need no libtorch.
    private byte[] WeightsOf(Lease<Network> lease) => _packed is null && _file is not null ? _file : lease.Use(Safetensors.Save);

    private byte[] Weights()
    {
        _network.CheckOpen();
        return _file ?? Use(Safetensors.Save);
    }

    private T Use<T>(Func<Network, T> read)
    {
        using var lease = Rent();
        return lease.Use(read);
    }

    private NetworkMapping Bind(DataViewSchema schema)
    {
        _network.CheckOpen();
        return new(schema, _input.Bind(schema), _description, _head, CreateScorer, Rent);
    }

    /// <summary>A scorer for one cursor or engine, which disposes it.</summary>
    internal IRowScorer CreateScorer()
    {
        var lease = Rent();
        return new MeteredScorer(
            _managed.Value is { } managed
                ? new ManagedScorer(lease, managed, _head.Rows!, _description.Input.Name)
                : new NetworkScorer(lease, _head, _description.Input, _device.Value, _description.IsDeterministic),
            _kind.Name, _description.Head.Task);
    }

    private ObjectDisposedException Disposed() => new(
        nameof(NetworkTransformer),
        $"The {_kind.Name} model on column '{FeatureColumnName}' was disposed: by its own Dispose, by that of a chain it is in, or by that of a "
        + "PredictionEngine, which disposes its model too unless PredictionEngineOptions.OwnsTransformer is false. "
        + "Make engines with OwnsTransformer = false, dispose the model after its last use, or load it again.");

    /// <summary>A network that is not trained any more.</summary>
    internal static Network ForScoring(Network network)
    {
        network.eval();
        foreach (var parameter in network.parameters())
        {
            parameter.requires_grad = false;
        }
        foreach (var value in network.state_dict().Values)
        {
            value.DetachFromDisposeScope();
        }
        return network;
    }

    private static long Bytes(Network network) => network.state_dict().Values.Sum(value => value.numel() * value.element_size());
}
