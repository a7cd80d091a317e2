using System.Globalization;
using System.Text.Json;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Networks;
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

/// <summary>An estimator that trains a network: columns, training and scoring are the same for all; a trainer names its network.</summary>
/// <typeparam name="TOptions">The trainer's options.</typeparam>
public abstract class NetworkTrainer<TOptions> : ITrainerEstimator<NetworkTransformer, NetworkModel>
    where TOptions : NetworkTrainerOptions
{
    private const int SolvedTogether = 256;

    private readonly IHost _host;
    private readonly TaskKind _task;
    private readonly NetworkKind _kind;
    private readonly TOptions _options;
    private readonly OutputColumnNames _outputs;

    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    private protected NetworkTrainer(IHostEnvironment env, TaskKind task, NetworkKind kind, TOptions options)
    {
        OptionsValidation.Validate(options);
        (_host, _task, _kind, _options) = (env.Register(GetType().Name), task, kind, Snapshot(options));
        _outputs = new OutputColumnNames(options.ScoreColumnName, options.PredictedLabelColumnName, options.ProbabilityColumnName);
    }

    /// <summary>Needs no normalisation and no caching; takes validation data.</summary>
    public TrainerInfo Info { get; } = new(normalization: false, caching: false, supportValid: true);

    /// <summary>Trains on the data; a part of it decides when to stop, if <see cref="TrainingOptions.ValidationFraction"/> says so.</summary>
    /// <param name="input">Rows with the label and feature columns; for a forecast in time order, the last being the part that decides.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">There is nothing to learn from, or training diverged.</exception>
    /// <exception cref="InvalidDataException">A row cannot be used; the message names column and row.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public NetworkTransformer Fit(IDataView input) => Train(input, null);

    /// <summary>Trains on one set of rows and decides by another when to stop and which weights to keep.</summary>
    /// <param name="trainData">Rows to learn from.</param>
    /// <param name="validationData">Rows with the same columns, not learned from.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">There is nothing to learn from, or training diverged.</exception>
    /// <exception cref="InvalidDataException">A row cannot be used; the message names column and row.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public NetworkTransformer Fit(IDataView trainData, IDataView validationData)
    {
        ArgumentNullException.ThrowIfNull(validationData);
        return Train(trainData, validationData);
    }

    /// <summary>The columns that the trained model will add.</summary>
    /// <param name="inputSchema">The shape of the data.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        InputColumn.Check(inputSchema, _options.FeatureColumnName, _kind.TakesTokens);
        var label = inputSchema.Find(_options.LabelColumnName, "Label");
        _task.CheckLabel(label);
        return inputSchema.With(_task.Promise(label, _outputs));
    }

    // What the caller changes later must not reach a trainer that exists.
    private static TOptions Snapshot(TOptions options)
    {
        var copy = JsonSerializer.SerializeToElement(options, ModelEntry.Json).Deserialize<TOptions>(ModelEntry.Json)!;
        (copy.Training.Progress, copy.Training.CancellationToken) = (options.Training.Progress, options.Training.CancellationToken);
        return copy;
    }

    private NetworkTransformer Train(IDataView input, IDataView? validationData)
    {
        using var channel = _host.Start("Training");
        var options = _options.Training;
        var seed = options.Seed ?? _host.Rand.Next();
        var device = SelectDevice();
        var label = input.Schema.Find(_options.LabelColumnName, "Label");
        _task.CheckLabel(label);
        var columns = new ExampleColumns(
            InputColumn.From(input.Schema, _options.FeatureColumnName, _kind.TakesTokens), label.Name, _options.ExampleWeightColumnName, _task, _options.MissingValues);
        var budget = options.MemoryBudgetMegabytes * (1L << 20) / (validationData is null ? 1 : 2);
        var data = ExampleData.Read(input, columns, budget, CheckAlive);
        var validation = validationData is null ? null : ExampleData.Read(validationData, columns, budget, CheckAlive);
        var head = _task.CreateHead(label, data.Labels);
        var plan = TrainingPlan.For(options, _options.Members, data.Labels.Rows, validation is not null);
        Describe(channel, data, plan);

        var description = new ModelDescription(
            _kind.Name, JsonSerializer.SerializeToElement(_options, ModelEntry.Json), plan.Members, columns.Input, _options.MissingValues,
            head.Description, _outputs);
        var networks = new List<Network>();
        var checkpoints = new List<Checkpoint>();
        try
        {
            var (train, held) = Split(data, validation, plan, seed);
            for (var member = 0; member < plan.Members; member++)
            {
                var memberSeed = SeedSequence.Derive(seed, -1 - member);
                var checkpoint = Checkpoint.For(options, Fingerprint(description, data, plan, memberSeed));
                if (checkpoint is not null)
                {
                    checkpoints.Add(checkpoint);
                }
                networks.Add(Create(description, head, train, held, memberSeed, device));
                var run = new TrainingRun(options, plan, memberSeed, device, checkpoint, member, CheckAlive, channel);
                new TrainingLoop(networks[member], head, train, held, run).Run();
            }
        }
        catch
        {
            networks.ForEach(network => network.Dispose());
            throw;
        }
        checkpoints.ForEach(checkpoint => checkpoint.Delete());
        return new NetworkTransformer(_kind, description, head, Ensemble.Of(networks), device);
    }

    private Network Create(ModelDescription description, TaskHead head, ExampleSource train, ExampleSource? held, int seed, Device device)
    {
        using var generator = new Generator((ulong)seed);
        var network = head.CreateNetwork(description.Input, (input, outputs) => _kind.Create(description.Options, input, outputs, head, generator));
        network.Prepare(train.Data.Channels);
        network.Solve(InOrder(train), train.Rows, held is null ? null : InOrder(held));
        return network.to(device);

        IEnumerable<(RowStore Store, ArraySegment<int> Rows)> InOrder(ExampleSource source) => Alive(source.Batches(SolvedTogether, shuffle: null));
    }

    private IEnumerable<T> Alive<T>(IEnumerable<T> items)
    {
        foreach (var item in items)
        {
            CheckAlive();
            yield return item;
        }
    }

    private (ExampleSource Train, ExampleSource? Validation) Split(ExampleData data, ExampleData? validation, TrainingPlan plan, int seed)
    {
        if (validation is not null)
        {
            return (new ExampleSource(data), new ExampleSource(validation));
        }
        if (plan.ValidationFraction == 0)
        {
            return (new ExampleSource(data), null);
        }
        bool Held(long row) => _task.RowsAreInTime
            ? row >= data.Labels.Rows * (1 - plan.ValidationFraction)
            : SeedSequence.Draws(seed, row, plan.ValidationFraction);
        var (train, held) = (new ExampleSource(data, row => !Held(row)), new ExampleSource(data, Held));
        return train.Rows > 0 && held.Rows > 0 ? (train, held)
            : throw new InvalidOperationException(
                $"Training.ValidationFraction {plan.ValidationFraction} of {data.Labels.Rows} rows leaves no rows for training or for validation; "
                + "set it to 0, or give validation data to Fit.");
    }

    private void CheckAlive()
    {
        _options.Training.CancellationToken.ThrowIfCancellationRequested();
        if (_host.IsCanceled())
        {
            throw new OperationCanceledException("The MLContext was told to stop.");
        }
    }

    private Device SelectDevice() => _options.Training.Device switch
    {
        ComputeDevice.Cpu => CPU,
        ComputeDevice.Cuda => TorchDevice.Resolve(_host.GpuDeviceId() ?? 0, _host.FallbackToCpu()),
        _ => TorchDevice.Resolve(_host.GpuDeviceId(), _host.FallbackToCpu()),
    };

    private static void Describe(IChannel channel, ExampleData data, TrainingPlan plan)
    {
        channel.Tell($"Training on {data.Labels.Rows} rows{(data.InMemory ? "" : ", read again in every pass")}: "
            + string.Create(CultureInfo.InvariantCulture,
                $"{plan.Members} network(s), {plan.Epochs} passes of batches of {plan.BatchSize}, {plan.ValidationFraction:p0} of the rows kept for validation."));
        if (data.Missing > 0)
        {
            channel.Warn($"{data.Missing} rows have no label and are left out.");
        }
    }

    private static string Fingerprint(ModelDescription description, ExampleData data, TrainingPlan plan, int seed) =>
        JsonSerializer.Serialize(
            new { description, plan, seed, data.Labels.Rows, data.Labels.Mean, Deviation = data.Labels.StandardDeviation, Channels = data.Channels.Mean.ToArray() },
            ModelEntry.Json);
}
