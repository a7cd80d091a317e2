using System.Globalization;
using System.Text.Json;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Training;
using Microsoft.ML.Runtime;
using TorchSharp;
using static System.FormattableString;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions;

/// <summary>A trainer whose network learns pass by pass; a trainer names its network.</summary>
/// <typeparam name="TOptions">The trainer's options.</typeparam>
public abstract class NetworkTrainer<TOptions> : Trainer<TOptions>
    where TOptions : NetworkTrainerOptions
{
    private const int SolvedTogether = 256;

    private readonly TaskKind _task;

    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    private protected NetworkTrainer(IHostEnvironment env, TaskKind task, NetworkKind kind, TOptions options)
        : base(env, task, kind, options, takesValidationData: true)
    {
        _task = task;
    }

    /// <summary>Trains on one set of rows and decides by another when to stop and which weights to keep.</summary>
    /// <remarks>Where there is only one set, a part of it decides, if <see cref="TrainingOptions.ValidationFraction"/> says so.</remarks>
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

    private protected override NetworkTransformer Learn(Lesson lesson)
    {
        var (options, data) = (Options.Training, lesson.Data);
        var plan = TrainingPlan.For(options, Options.Members, data.Labels.Rows, lesson.Validation is not null);
        Describe(lesson.Channel, data, plan);
        var description = lesson.Description with { Members = plan.Members };
        var networks = new List<Network>();
        var checkpoints = new List<Checkpoint>();
        try
        {
            var (train, held) = Split(data, lesson.Validation, plan, lesson.Seed);
            for (var member = 0; member < plan.Members; member++)
            {
                var seed = SeedSequence.Derive(lesson.Seed, -1 - member);
                var checkpoint = Checkpoint.For(options, Fingerprint(description, data, plan, seed));
                if (checkpoint is not null)
                {
                    checkpoints.Add(checkpoint);
                }
                networks.Add(Create(lesson, train, held, seed));
                var run = new TrainingRun(options, plan, seed, lesson.Device, checkpoint, member, lesson.CheckAlive, lesson.Channel);
                new TrainingLoop(networks[member], lesson.Head, train, held, run).Run();
            }
        }
        catch
        {
            networks.ForEach(network => network.Dispose());
            throw;
        }
        checkpoints.ForEach(checkpoint => checkpoint.Delete());
        return new NetworkTransformer(Kind, description, lesson.Head, Ensemble.Of(networks), lesson.Device);
    }

    private Network Create(Lesson lesson, ExampleSource train, ExampleSource? held, int seed)
    {
        using var generator = new Generator((ulong)seed);
        var (description, head) = (lesson.Description, lesson.Head);
        var network = head.CreateNetwork(description.Input, (input, outputs) => Kind.Create(description.Options, input, outputs, head, generator));
        network.Prepare(train.Data.Channels);
        network.Solve(InOrder(train), train.Rows, held is null ? null : InOrder(held));
        return network.to(lesson.Device);

        IEnumerable<(RowStore Store, ArraySegment<int> Rows)> InOrder(ExampleSource source)
        {
            foreach (var batch in source.Batches(SolvedTogether, shuffle: null))
            {
                lesson.CheckAlive();
                yield return batch;
            }
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
                Invariant($"Training.ValidationFraction {plan.ValidationFraction} of {data.Labels.Rows} rows leaves no rows for training or for validation; ")
                + "set it to 0, or give validation data to Fit.");
    }

    private static void Describe(IChannel channel, ExampleData data, TrainingPlan plan)
    {
        channel.Tell($"Training on {data.Labels.Rows} rows{(data.InMemory ? "" : ", read again in every pass")}: "
            + string.Create(CultureInfo.InvariantCulture,
                $"{plan.Members} network(s), {plan.Epochs} passes of batches of {plan.BatchSize}, {plan.ValidationFraction:p0} of the rows kept for validation."));
    }

    private static string Fingerprint(ModelDescription description, ExampleData data, TrainingPlan plan, int seed) =>
        JsonSerializer.Serialize(
            new { description, plan, seed, data.Labels.Rows, data.Labels.Mean, Deviation = data.Labels.StandardDeviation, Channels = data.Channels.Mean.ToArray() },
            ModelEntry.Json);
}
