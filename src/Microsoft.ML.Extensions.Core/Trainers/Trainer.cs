using System.Text.Json;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Extensions.Training;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions;

/// <summary>
/// The base of the pack's estimators: columns, reading, scoring and saving are the same for all; a derived trainer defines how it learns.
/// </summary>
/// <typeparam name="TOptions">The trainer's options.</typeparam>
/// <seealso href="../docs/Models.html">docs/Models.md</seealso>
public abstract class Trainer<TOptions> : ITrainerEstimator<NetworkTransformer, NetworkModel>
    where TOptions : TrainerOptions
{
    private readonly IHost _host;
    private readonly TaskKind _task;
    private readonly OutputColumnNames _outputs;

    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    private protected Trainer(IHostEnvironment env, TaskKind task, NetworkKind kind, TOptions options, bool takesValidationData)
    {
        (_host, _task, Kind, Options) = (env.Register(GetType().Name), task, kind, options.Validated());
        _outputs = new OutputColumnNames(options.ScoreColumnName, options.PredictedLabelColumnName, options.ProbabilityColumnName);
        Info = new TrainerInfo(normalization: false, caching: false, supportValid: takesValidationData);
    }

    /// <summary>Needs no normalisation and no caching.</summary>
    public TrainerInfo Info { get; }

    private protected NetworkKind Kind { get; }

    private protected TOptions Options { get; }

    /// <summary>Trains on the data.</summary>
    /// <param name="input">
    /// Rows with the label and feature columns; for a forecast in time order, since the end of each series may be held out.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">There is nothing to learn from, or training diverged.</exception>
    /// <exception cref="InvalidDataException">A row cannot be used; the message names column and row.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    /// <exception cref="OutOfMemoryException">There is too little memory; the message says how much was wanted.</exception>
    public NetworkTransformer Fit(IDataView input) => Train(input, null);

    /// <summary>The columns that the trained model will add.</summary>
    /// <param name="inputSchema">The shape of the data.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        CheckInput(inputSchema);
        var label = inputSchema.Find(Options.LabelColumnName, "Label");
        _task.CheckLabel(label);
        return inputSchema.With(_task.Promise(label, _outputs));
    }

    private protected NetworkTransformer Train(IDataView input, IDataView? validationData) =>
        FitTelemetry.Measure(Kind.Name, _task.Name, () =>
            TorchMemory.Guard(() => $"Training the {Kind.Name} network on column '{Options.FeatureColumnName}'", () =>
                TrainUnguarded(input, validationData)));

    private NetworkTransformer TrainUnguarded(IDataView input, IDataView? validationData)
    {
        TorchDevice.EnsureFound();
        var count = ThreadCount.Current;
        using var threads = ThreadCount.Hold(Options.Deterministic);
        using var channel = _host.Start("Training");
        var settings = Options.Settings;
        var seed = settings.Seed ?? _host.Rand.Next();
        var device = _host.Select(settings.Device);
        if (Options.Deterministic && device.type != DeviceType.CPU)
        {
            throw new InvalidOperationException(
                $"Deterministic is true, which holds on the CPU alone, and the fit is to run on {device}; set Deterministic to false, or compute on the CPU.");
        }
        if (Options.Deterministic && !ThreadCount.CanBeOne)
        {
            throw new PlatformNotSupportedException(
                "Deterministic is true, and this system's libtorch has no thread count of a thread's own; it has one on Linux x64. Set Deterministic to false.");
        }
        var label = input.Schema.Find(Options.LabelColumnName, "Label");
        var task = _task.For(input.Schema.Find(Options.FeatureColumnName, "Feature"));
        task.CheckLabel(label);
        task.CheckNames(label, _outputs);
        var examples = Open(input, task, seed, channel);
        (var feature, task) = (examples.Input, examples.Task);
        var order = validationData is null ? RowOrder.Of(input.Schema, Options.RowGroups, task, label) : null;
        var columns = new ExampleColumns(feature, label.Name, Options.ExampleWeightColumnName, task, Options.MissingValues, order);
        var budget = settings.RowBytes / (validationData is null ? 1 : 2);
        var data = ExampleData.Read(() => examples.Read(input, columns), columns, budget, CheckAlive);
        var validation = validationData is null ? null
            : ExampleData.Read(() => examples.Read(validationData, columns), columns, budget, CheckAlive);
        if (data.Missing > 0)
        {
            channel.Warn($"{data.Missing} rows have no label and are left out.");
        }
        if (data.Labels.MissingNumbers is > 0 and var missing)
        {
            channel.Warn($"{missing} values of the labels of {data.Rows} rows are missing; the model is trained on the other values of these rows.");
        }
        if (order is not null)
        {
            HoldOut(data, order, seed, channel);
        }
        var head = task.CreateHead(label, data.Labels);
        var description = new ModelDescription(
            Kind.Name, JsonSerializer.SerializeToElement(Options, ModelEntry.Json), 1, feature, Options.MissingValues, head.Description,
                _outputs);
        return Learn(new TrainingContext(data, validation, head, description, seed, device, count, CheckAlive, channel));
    }

    /// <summary>Checks the promised shape of the input columns, before there is data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    private protected virtual void CheckInput(SchemaShape schema) =>
        InputColumn.Check(schema, Options.FeatureColumnName, Kind.TakesTokens, Kind.TakesUnequalRows);

    /// <summary>Creates the reader of rows, with statistics that it needs first.</summary>
    /// <param name="input">The training rows.</param>
    /// <param name="task">The task.</param>
    /// <param name="seed">The seed of random choices.</param>
    /// <param name="channel">The log.</param>
    private protected virtual ExampleInput Open(IDataView input, TaskKind task, int seed, IChannel channel) => new(
        InputColumn.From(input.Schema, Options.FeatureColumnName, Kind.TakesTokens, Kind.TakesUnequalRows), task,
        (view, columns) => new ExampleReader(view, columns));

    /// <summary>Decides which rows are held out, before any statistics are computed.</summary>
    private protected virtual void HoldOut(ExampleData data, RowOrder order, int seed, IChannel channel)
    {
    }

    /// <summary>The trained model.</summary>
    private protected abstract NetworkTransformer Learn(TrainingContext context);

    /// <exception cref="OperationCanceledException">The fit was cancelled.</exception>
    private protected void CheckAlive() => _host.CheckAlive(Options.Settings.CancellationToken);
}

/// <summary>The training context: the data, read and checked, and the settings of the fit.</summary>
/// <param name="Data">The rows.</param>
/// <param name="Validation">The validation rows; null where none were given.</param>
/// <param name="Head">The head for these labels.</param>
/// <param name="Description">The description of the model with one network.</param>
/// <param name="Seed">The seed of everything random.</param>
/// <param name="Device">The device of the model.</param>
/// <param name="Threads">The number of threads of the process.</param>
/// <param name="CheckAlive">Throws when the fit was cancelled.</param>
/// <param name="Channel">The log.</param>
internal sealed record TrainingContext(
    ExampleData Data, ExampleData? Validation, TaskHead Head, ModelDescription Description, int Seed, Device Device, int Threads,
    Action CheckAlive, IChannel Channel);

/// <summary>How a fit reads its examples.</summary>
/// <param name="Input">The input of an example.</param>
/// <param name="Task">The task, with values from the data.</param>
/// <param name="Read">Opens the examples of a view, the same ones each time.</param>
internal sealed record ExampleInput(InputColumn Input, TaskKind Task, Func<IDataView, ExampleColumns, IExampleReader> Read);
