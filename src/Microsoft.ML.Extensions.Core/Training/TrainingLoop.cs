using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>What a run is told beside its network and data.</summary>
/// <param name="Options">The options, checked.</param>
/// <param name="Plan">What was chosen for this data.</param>
/// <param name="Seed">The seed of all passes.</param>
/// <param name="Device">Where the network is.</param>
/// <param name="Checkpoint">Where the run is kept, if it is.</param>
/// <param name="Member">Which network of the ensemble this is, from 0.</param>
/// <param name="CheckAlive">Throws where the run was cancelled.</param>
/// <param name="Channel">Takes a line a pass.</param>
internal sealed record TrainingRun(
    TrainingOptions Options, TrainingPlan Plan, int Seed, Device Device, Checkpoint? Checkpoint, int Member, Action CheckAlive,
    IChannel Channel);

/// <summary>Trains a network: the one loop of the pack.</summary>
internal sealed class TrainingLoop(Network network, TaskHead head, ExampleSource train, ExampleSource? validation, TrainingRun run)
{
    private readonly TrainingOptions _options = run.Options;
    private readonly TrainingPlan _plan = run.Plan;
    private readonly float[] _classWeights = ClassWeights(head, train.Data.Labels, run.Options);
    private readonly long _batchBytes = BatchParts.Bytes(run.Options);
    private readonly long _stepsPerEpoch = (train.Rows + run.Plan.BatchSize - 1) / run.Plan.BatchSize;
    private double _learningRate;

    /// <summary>Runs all passes, or as many as early stopping allows, and leaves the best weights in the network.</summary>
    /// <exception cref="InvalidOperationException">The loss is no longer finite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public void Run()
    {
        using var optimizer = new Optimizer(network, _options);
        using var solved = validation is not null && network is ISolved { BeginsSolved: true } ? WeightSnapshot.Of(network) : null;
        var solvedLosses = solved is null ? [] : ValidationLosses(validation!);
        var state = new TrainingState();
        WeightSnapshot? best = null;
        try
        {
            if (run.Checkpoint?.TryRestore(network, optimizer, state, out best) == true)
            {
                run.Channel.Tell($"Training goes on after pass {run.Member * _plan.Epochs + state.Epoch} of {_plan.Members * _plan.Epochs}.");
            }
            else if (solved is not null)
            {
                state.BestLoss = solvedLosses.Average();
            }
            while (network.parameters().Any() && state.Epoch < _plan.Epochs && !Stops(state))
            {
                Pass(optimizer, state, ref best);
                run.Checkpoint?.Save(network, optimizer, state, best);
            }
            (best ?? solved)?.CopyTo(network);
            if (best is not null && solved is not null)
            {
                KeepIfAhead(solved, solvedLosses);
            }
        }
        finally
        {
            best?.Dispose();
        }
    }

    // The best of many passes is ahead by luck alone, and what begins solved is a safe choice: it is left only for what shows its worth.
    private void KeepIfAhead(WeightSnapshot solved, List<float> solvedLosses)
    {
        var (gain, error) = PairedLosses.Compare(ValidationLosses(validation!), solvedLosses);
        var kept = gain > error;
        run.Channel.Tell(string.Create(CultureInfo.InvariantCulture,
            $"Training lowers the validation loss of the solved model by {gain:g3}, with a standard error of {error:g3}: {(kept ? "kept" : "left out")}."));
        if (!kept)
        {
            solved.CopyTo(network);
        }
    }

    private bool Stops(TrainingState state) =>
        validation is not null && _options.EarlyStopping > 0 && state.Epoch - state.BestEpoch >= _options.EarlyStopping;

    private void Pass(Optimizer optimizer, TrainingState state, ref WeightSnapshot? best)
    {
        var clock = Stopwatch.StartNew();
        var trainLoss = TrainPass(optimizer, state.Epoch);
        state.Epoch++;
        TellWarnings();
        double? validationLoss = validation is null ? null : ValidationLosses(validation).Average();
        if (validationLoss < state.BestLoss)
        {
            (state.BestLoss, state.BestEpoch) = (validationLoss.Value, state.Epoch);
            best?.Dispose();
            best = WeightSnapshot.Of(network);
        }
        Report(new TrainingProgress(
            run.Member * _plan.Epochs + state.Epoch, _plan.Members * _plan.Epochs, trainLoss, validationLoss, _learningRate, train.Rows / clock.Elapsed.TotalSeconds));
    }

    private double TrainPass(Optimizer optimizer, int epoch)
    {
        var seed = SeedSequence.Derive(run.Seed, epoch + 1);
        using var generator = new Generator((ulong)seed, run.Device);
        IRandomized.Set(network, generator);
        network.train();
        var loss = new WeightedMean();
        var step = epoch * _stepsPerEpoch;
        foreach (var (store, rows) in train.Batches(_plan.BatchSize, new Random(seed)))
        {
            run.CheckAlive();
            _learningRate = _options.LearningRate
                * LearningRates.Factor(_options.Schedule, _options.WarmupFraction, step, _plan.Epochs * _stepsPerEpoch);
            loss.Add(Step(optimizer, store, rows, epoch), rows.Count);
            step++;
        }
        return loss.Value;
    }

    private double Step(Optimizer optimizer, RowStore store, ArraySegment<int> rows, int epoch)
    {
        using var scope = NewDisposeScope();
        network.zero_grad();
        var value = Parts(store, rows).Sum(part => Backward(store, part, rows.Count));
        if (!double.IsFinite(value))
        {
            throw Diverged(epoch, value);
        }
        if (_options.GradientClip > 0)
        {
            nn.utils.clip_grad_norm_(network.parameters(), _options.GradientClip);
        }
        optimizer.Step(_learningRate);
        IConstrained.Constrain(network);
        return value;
    }

    // The gradients of the parts add up to that of the batch.
    private double Backward(RowStore store, ArraySegment<int> part, int rows)
    {
        using var scope = NewDisposeScope();
        var loss = Losses(train, store, part, _options.LabelSmoothing).mean();
        if (part.Count < rows)
        {
            using Scalar share = (double)part.Count / rows;
            loss = loss * share;
        }
        loss.backward();
        TorchMemory.ThrowFailure();
        return loss.Item<float>();
    }

    // One a row, in their order, each as it counts: their mean is the loss.
    private List<float> ValidationLosses(ExampleSource source)
    {
        network.eval();
        using var _ = no_grad();
        var losses = new List<float>((int)source.Rows);
        var byRow = new Dictionary<int, float>();
        foreach (var (store, rows) in source.Batches(_plan.BatchSize, shuffle: null))
        {
            run.CheckAlive();
            byRow.Clear();
            foreach (var part in Parts(store, rows))
            {
                using var scope = NewDisposeScope();
                var values = Losses(source, store, part, labelSmoothing: 0).cpu().data<float>().ToArray();
                foreach (var (row, value) in part.Zip(values))
                {
                    byRow[row] = value;
                }
            }
            losses.AddRange(rows.Select(row => byRow[row]));
        }
        return losses;
    }

    private IReadOnlyList<ArraySegment<int>> Parts(RowStore store, ArraySegment<int> rows) => BatchParts.Of(store, rows, steps => IRowMemory.BytesOf(network, steps), _batchBytes);

    // Divided by the mean weight of all rows, not of the batch: else a heavy row among light ones would lose its weight.
    private Tensor Losses(ExampleSource source, RowStore store, ArraySegment<int> rows, double labelSmoothing)
    {
        var inputs = BatchBuilder.Inputs(store, rows, source.Data.Columns.Input, run.Device);
        var (labels, weights) = BatchBuilder.Targets(store, rows, run.Device);
        if (_classWeights.Length > 0)
        {
            weights = weights * tensor(_classWeights, device: run.Device)[labels.to_type(ScalarType.Int64)];
        }
        var losses = IOwnLoss.Of(network, inputs, head.Encode(labels), (outputs, wanted) => head.Loss(outputs, wanted, labelSmoothing));
        using Scalar mean = source.MeanWeight;
        return losses * weights / mean;
    }

    private void TellWarnings()
    {
        foreach (var warning in network.modules().OfType<IWarningSource>().Select(layer => layer.TakeWarning()).OfType<string>().Distinct())
        {
            run.Channel.Warn(warning);
        }
    }

    private void Report(TrainingProgress progress)
    {
        run.Channel.Tell(string.Create(CultureInfo.InvariantCulture,
            $"Pass {progress.Epoch} of {progress.Epochs}: loss {progress.TrainLoss:g5}{(progress.ValidationLoss is { } v ? FormattableString.Invariant($", validation {v:g5}") : "")}, " +
            $"learning rate {progress.LearningRate:g3}, {progress.RowsPerSecond:f0} rows/s."));
        _options.Progress?.Report(progress);
    }

    private InvalidOperationException Diverged(int epoch, double value) => new(string.Create(CultureInfo.InvariantCulture,
        $"Training diverged in pass {epoch + 1}: the loss is {value}. Lower Training.LearningRate (now {_options.LearningRate}), "
        + $"set Training.GradientClip (now {_options.GradientClip}), or scale the features."));

    private static float[] ClassWeights(TaskHead head, LabelStatistics labels, TrainingOptions options)
    {
        if (options.ClassWeights == ClassWeighting.None || labels.ClassCounts.Count == 0)
        {
            return [];
        }
        var present = labels.ClassCounts.Count(count => count > 0);
        return Enumerable.Range(0, Math.Max(2, head.Outputs))
            .Select(index => index < labels.ClassCounts.Count ? labels.ClassCounts[index] : 0)
            .Select(count => count == 0 ? 0f : labels.Rows / ((float)present * count))
            .ToArray();
    }

    private struct WeightedMean
    {
        private double _sum;
        private double _weight;

        public readonly double Value => _weight > 0 ? _sum / _weight : double.NaN;

        public void Add(double value, double weight)
        {
            _sum += value * weight;
            _weight += weight;
        }
    }
}
