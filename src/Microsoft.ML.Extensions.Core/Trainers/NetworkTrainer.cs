using System.Globalization;
using System.Text.Json;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Training;
using Microsoft.ML.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions;

/// <summary>The base of trainers whose network learns epoch by epoch.</summary>
/// <typeparam name="TOptions">The trainer's options.</typeparam>
/// <seealso href="../docs/Training.html">docs/Training.md</seealso>
public abstract class NetworkTrainer<TOptions> : Trainer<TOptions>, ITrainingGuide
    where TOptions : NetworkTrainerOptions
{
    private const int SolvedTogether = 256;

    // The part of the rows that choose the penalty of a solve if no rows are held out.
    private const double DecidingPart = 0.2;

    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    private protected NetworkTrainer(IHostEnvironment env, TaskKind task, NetworkKind kind, TOptions options)
        : base(env, task, kind, options, takesValidationData: true)
    {
    }

    /// <summary>Trains on one set of rows, and uses another to decide when to stop and which weights to keep.</summary>
    /// <remarks><c>Fit</c> with a single set holds out a part of it, by <see cref="TrainingOptions.ValidationFraction"/>.</remarks>
    /// <param name="trainData">The training rows.</param>
    /// <param name="validationData">The validation rows, with the same columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">There is nothing to learn from, or training diverged.</exception>
    /// <exception cref="InvalidDataException">A row cannot be used; the message names column and row.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public NetworkTransformer Fit(IDataView trainData, IDataView validationData)
    {
        ArgumentNullException.ThrowIfNull(validationData);
        return Train(trainData, validationData);
    }

    private protected override void HoldOut(ExampleData data, RowOrder order, int seed, IChannel channel)
    {
        var asked = Options.Training.ValidationFraction;
        var fraction = ValidationFraction(data.Rows);
        if (fraction == 0)
        {
            return;
        }
        // By default, at most half of the rows are held out.
        var least = asked is null ? (data.Rows + 1) / 2 : 1;
        if (order.HoldOut(data.Survey, fraction, seed) is { } split && data.TryDivide(split, least))
        {
            channel.Tell($"The model is trained on {data.Labels.Rows} of {data.Rows} rows, and {data.Of(RowPart.Validation).Labels.Rows} are held out: {order.Describe(data.Survey)}.");
            return;
        }
        if (asked is not null)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"Training.ValidationFraction {fraction} of {data.Rows} rows, taken as {order.Describe(data.Survey)}, leaves no rows for training or for validation; set it to 0, or give validation data to Fit."));
        }
        channel.Tell($"No rows are held out: {order.Describe(data.Survey)} would leave too few of {data.Rows} rows to train on.");
    }

    string ITrainingGuide.Fingerprint() => $"{Kind.Name} {JsonSerializer.Serialize(Options, ModelEntry.Json)}";

    // The network of a fit before its first step. Its outputs are not used, so those of the student's task serve.
    GuideNetwork ITrainingGuide.Open(GuideRequest request)
    {
        request.Check(Kind.Name, Kind.Input is not null || Kind.OnlyTask is not null, Kind.TakesTokens, Kind.TakesUnequalRows);
        using var generator = new Generator((ulong)(Options.Training.Seed ?? request.Seed));
        using var memory = request.LimitMemory();
        var (input, channels) = request.For(Kind.TakesUnequalRows);
        var options = JsonSerializer.SerializeToElement(Options, ModelEntry.Json);
        var network = request.Head.CreateNetwork(input, (column, outputs) => Kind.Create(options, column, outputs, request.Head, generator));
        try
        {
            IStandardized.Standardize(network, channels);
            network.eval();
            return new GuideNetwork(network.to(request.Device), request.Device, network);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>The base to add the networks to; null for none.</summary>
    private protected virtual SolvedBase? SolveBase(TrainingContext context) => null;

    /// <summary>The reason why the untrained network cannot run step by step, as part of a sentence; null where it can.</summary>
    private protected string? StreamingObstacle(TrainingContext context)
    {
        using var network = Create(context, new ExampleSource(context.Data), held: null, context.Seed, members: 1);
        return IStreamable.Of(network).StreamingObstacle;
    }

    /// <summary>The settings that the options leave open.</summary>
    private protected virtual TrainingPlan Plan(long rows) => TrainingPlan.For(Options.Training, Options.EnsembleSize, rows);

    /// <summary>The part of the rows to hold out.</summary>
    private protected virtual double ValidationFraction(long rows) => TrainingPlan.ValidationFraction(Options.Training, rows);

    private protected override NetworkTransformer Learn(TrainingContext context)
    {
        var plan = Plan(context.Data.Labels.Rows);
        var solved = SolveBase(context);
        using var members = new TrainedMembers();
        try
        {
            using var progress = FitProgress.Start(Kind.Name, plan.EnsembleSize, Options.Training, context.Channel.Warn);
            var (description, network) =
                solved is null ? LearnAlone(context, plan, members, progress) : Stack(context, plan, solved, members, progress);
            members.Finish();
            return new NetworkTransformer(Kind, solved?.Kind, description, context.Head, network, context.Device) { History = progress.History };
        }
        catch
        {
            solved?.Network.Dispose();
            throw;
        }
    }

    private (ModelDescription Description, Network Network) LearnAlone(
        TrainingContext context, TrainingPlan plan, TrainedMembers members, FitProgress progress)
    {
        Describe(context.Channel, context.Data, plan);
        var (train, held) = Sources(context);
        TrainAll(context, plan, [.. Enumerable.Repeat(new MemberRows(train, held, null), plan.EnsembleSize)], members, progress, _ => true);
        var course = members.Course;
        return (
            context.Description with
            {
                EnsembleSize = plan.EnsembleSize,
                ExploredShare = course?.ExploredShare,
                MeanDensity = course?.MeanDensity,
                PeakDensity = course?.PeakDensity,
            },
            Ensemble.Of(members.Networks, context.Head));
    }

    // The networks are trained as they would be alone. Held-out predictions of base and networks then choose the weights.
    private (ModelDescription Description, Network Network) Stack(
        TrainingContext context, TrainingPlan plan, SolvedBase solved, TrainedMembers members, FitProgress progress)
    {
        var (channel, head) = (context.Channel, context.Head);
        var parts = BaseParts.Of(context, solved, plan.EnsembleSize);
        var evidence = new BaseEvidence(head, parts, context.CheckAlive);
        if (evidence.Obstacle() is { } obstacle)
        {
            channel.Tell($"The base ({solved.Kind.Name}) makes the predictions alone, without a network: {obstacle}.");
        }
        else
        {
            Describe(channel, context.Data, plan);
            TrainAll(context, plan, parts.Members, members, progress, trained =>
            {
                evidence.Add(trained.Rows.Judged!, trained.Judged!);
                return !evidence.IsHopeless;
            });
            channel.Tell(string.Create(CultureInfo.InvariantCulture,
                $"On rows that they were not trained on, {members.Networks.Count} network(s) lower the loss of the base ({solved.Kind.Name}) by {evidence.Found.Gain:g3}, ")
                + string.Create(CultureInfo.InvariantCulture, $"with a standard error of {evidence.Found.StandardError:g3}: ")
                + (!evidence.Convinces ? "it makes the predictions alone."
                : string.Create(CultureInfo.InvariantCulture, $"outputs are {evidence.Weights.Base} of the base's and {evidence.Weights.Network} of theirs.")));
        }
        if (!evidence.Convinces)
        {
            members.Drop();
        }
        var (gain, error) = evidence.Found;
        var weights = evidence.Convinces ? evidence.Weights : StackingWeights.All[0];
        return (
            context.Description with
            {
                EnsembleSize = Math.Max(1, members.Networks.Count),
                Base = new BaseDescription(solved.Kind.Name, solved.Options, weights.Base, weights.Network, gain, error),
            },
            new BasedNetwork(solved.Network.to(context.Device), members.Networks, head, weights));
    }

    // Each network's bits are those of training it alone with so many threads.
    private void TrainAll(
        TrainingContext context, TrainingPlan plan, IReadOnlyList<MemberRows> rows, TrainedMembers members, FitProgress progress,
        Func<TrainedMember, bool> goOn)
    {
        var first = Create(context, rows[0].Train, rows[0].Held, Seed(0), plan.EnsembleSize);
        SideBySide threads;
        try
        {
            threads = SideBySide.Of(context, plan, Options.Training, first);
        }
        catch
        {
            first.Dispose();
            throw;
        }
        var shared = threads.Networks > 1 ? context with { Channel = new SharedChannel(context.Channel) } : context;
        OrderedJobs.Run(
            rows.Count, threads.Networks,
            (member, isWanted) =>
            {
                using var held = threads.Hold();
                var network = member == 0 ? first : Create(shared, rows[member].Train, rows[member].Held, Seed(member), plan.EnsembleSize);
                return Train(shared with { CheckAlive = CheckWanted }, plan, rows[member], member, network, Seed(member), progress, members);

                void CheckWanted()
                {
                    context.CheckAlive();
                    if (!isWanted())
                    {
                        throw new OperationCanceledException("The network is not wanted any more.");
                    }
                }
            },
            trained =>
            {
                members.Add(trained);
                return goOn(trained);
            },
            trained => trained.Network.Dispose());

        int Seed(int member) => SeedSequence.Derive(context.Seed, -1 - member);
    }

    private TrainedMember Train(
        TrainingContext context, TrainingPlan plan, MemberRows rows, int member, Network network, int seed, FitProgress progress,
        TrainedMembers members)
    {
        try
        {
            var options = Options.Training;
            var description = context.Description with { EnsembleSize = plan.EnsembleSize };
            var checkpoint = members.Keep(Checkpoint.For(options, Fingerprint(description, context, plan, seed)));
            var run = new TrainingRun(options, plan, seed, context.Device, checkpoint, member, progress, context.CheckAlive, context.Channel);
            using var loop = new TrainingLoop(network, context.Head, rows.Train, rows.Held, run);
            loop.Run();
            return new TrainedMember(network, rows, loop.Course, rows.Judged is { } judged ? loop.OutputsOf(judged.Rows) : null);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private Network Create(TrainingContext context, ExampleSource train, ExampleSource? held, int seed, int members)
    {
        using var generator = new Generator((ulong)seed);
        using var memory = NetworkMemory.Limit(
            NetworkMemory.Available - Techniques.Bytes(Options.Training), WeightCopies.Of(Options.Training, members, held is not null, context.Device), context.CheckAlive);
        var (description, head) = (context.Description, context.Head);
        var network = head.CreateNetwork(description.Input, (input, outputs) => Kind.Create(description.Options, input, outputs, head, generator));
        try
        {
            IStandardized.Standardize(network, train.Data.Channels);
            (network as ISolved)?.Solve(InOrder(), ofAll: held is null, context.CheckAlive);
            return network.to(context.Device);
        }
        catch
        {
            network.Dispose();
            throw;
        }

        IEnumerable<(RowStore Store, ArraySegment<int> Rows, RowPart Part)> InOrder()
        {
            foreach (var batch in held is null ? ToDecideBy(train, seed) : In(train, RowPart.Training).Concat(In(held, RowPart.Validation)))
            {
                context.CheckAlive();
                yield return batch;
            }
        }
    }

    // If no rows are held out, rows that could be held out choose the penalty; if none could be, it is not chosen.
    private static IEnumerable<(RowStore Store, ArraySegment<int> Rows, RowPart Part)> ToDecideBy(ExampleSource train, int seed) =>
        train.Data.Columns.Order?.HoldOut(train.Data.Survey, DecidingPart, seed) is { } split
            ? train.Batches(SolvedTogether, split) : In(train, RowPart.Training);

    private static IEnumerable<(RowStore Store, ArraySegment<int> Rows, RowPart Part)> In(ExampleSource source, RowPart part) =>
        source.Batches(SolvedTogether, shuffle: null).Select(batch => (batch.Store, batch.Rows, part));

    private static (ExampleSource Train, ExampleSource? Validation) Sources(TrainingContext context) => (
        new ExampleSource(context.Data),
        context.Validation is { } validation ? new ExampleSource(validation)
            : context.Data.IsDivided ? new ExampleSource(context.Data, RowPart.Validation) : null);

    private static void Describe(IChannel channel, ExampleData data, TrainingPlan plan)
    {
        channel.Tell($"Training on {data.Labels.Rows} rows{(data.InMemory ? "" : ", read again in every epoch")}: "
            + $"{plan.EnsembleSize} network(s), {plan.Epochs} epochs of batches of {plan.BatchSize}.");
    }

    private string Fingerprint(ModelDescription description, TrainingContext context, TrainingPlan plan, int seed) => JsonSerializer.Serialize(
        new { description, plan, seed, Rows = context.Data.Fingerprint, Validation = context.Validation?.Fingerprint }, ModelEntry.Json)
        + (Options.Training.CheckpointDirectory is null ? null
            : Options.Training.Guidance?.Fingerprint() + Options.Training.Distillation?.Fingerprint());
}
