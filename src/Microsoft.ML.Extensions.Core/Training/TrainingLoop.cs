using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics.StateSpace;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>The training loop of all networks of the pack.</summary>
/// <remarks>
/// It iterates over epochs and batches, computes losses and gradients, and updates the weights. Everything else is a technique
/// (<see cref="Techniques"/>).
/// </remarks>
internal sealed class TrainingLoop(Network network, TaskHead head, ExampleSource train, ExampleSource? validation, TrainingRun run)
    : IDisposable
{
    private readonly Techniques _techniques = new(
        new TechniqueContext(network, head, train.Data, run, Steps(train, run), validation is not null));
    private readonly Optimizer _optimizer = new(network, run.Options);
    private readonly TrainingPlan _plan = run.Plan;
    private readonly long _batchBytes = BatchParts.Bytes(run.Options);
    private double _learningRate;

    /// <inheritdoc cref="TrainingTechnique.Course"/>
    public SparseCourse? Course => _techniques.Course;

    /// <summary>Runs all epochs, or fewer if a technique stops, and leaves the network with its final weights.</summary>
    /// <exception cref="InvalidOperationException">The loss is no longer finite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public void Run()
    {
        using var memory = FloatMemory.Keep();
        if (validation is not null && _techniques.JudgeStart)
        {
            _techniques.AfterEpoch(EvaluationOf(validation, 0, double.NaN));
        }
        var epochs = run.Checkpoint?.TryRestore(network, _optimizer, _techniques) ?? 0;
        if (epochs > 0)
        {
            Tell(epochs, (epoch, all) => run.Channel.Tell($"Training goes on after epoch {epoch} of {all}."));
        }
        for (int? first = epochs; first is not null; first = _techniques.GoesBackTo())
        {
            if (first < epochs)
            {
                _optimizer.Reset();
            }
            epochs = first.Value;
            while (network.parameters().Any() && epochs < _plan.Epochs && !_techniques.Stop(epochs))
            {
                Epoch(epochs);
                epochs++;
                run.Checkpoint?.Save(network, _optimizer, _techniques, epochs);
            }
            _techniques.AfterRun(() => LossesOf(validation!));
        }
        run.Progress.End(run.Member, EpochsOfRun);
    }

    /// <summary>
    /// The losses of rows in evaluation mode: one per row, in order, each multiplied by its relative weight, so that their mean is the
    /// loss.
    /// </summary>
    public IReadOnlyList<float> LossesOf(ExampleSource source) => EvaluationOf(source, 0, double.NaN).ValidationLosses;

    private EpochResult EvaluationOf(ExampleSource source, int epoch, double trainLoss)
    {
        var losses = new List<float>((int)source.Rows);
        var byRow = new Dictionary<int, float>();
        var right = new RightRows(head);
        foreach (var (store, rows, _, parts) in Looked(source))
        {
            byRow.Clear();
            foreach (var part in parts)
            {
                using var scope = NewDisposeScope();
                var loss = right.Counting(part.Count, TaskLoss);
                var values = Losses(source, Inputs(source, store, part), store, part, loss).cpu().data<float>().ToArray();
                foreach (var (row, value) in part.Zip(values))
                {
                    byRow[row] = value;
                }
            }
            losses.AddRange(rows.Select(row => byRow[row]));
        }
        return new EpochResult(epoch, trainLoss, losses, right.Of(losses.Count));
    }

    /// <summary>The outputs for rows by the network as it is.</summary>
    public RowOutputs OutputsOf(ExampleSource source)
    {
        var outputs = new RowOutputs(source.Data.Rows, head.Outputs);
        foreach (var (store, _, first, parts) in Looked(source))
        {
            foreach (var part in parts)
            {
                using var scope = NewDisposeScope();
                outputs.Set(first, part, network.call(Inputs(source, store, part)));
            }
        }
        return outputs;
    }

    public void Dispose()
    {
        _techniques.Dispose();
        _optimizer.Dispose();
    }

    private IEnumerable<(RowStore Store, ArraySegment<int> Rows, long First, IReadOnlyList<ArraySegment<int>> Parts)> Looked(
        ExampleSource source)
    {
        network.eval();
        using var _ = no_grad();
        foreach (var (store, rows, first) in source.Batches(_plan.BatchSize, shuffle: null))
        {
            run.CheckAlive();
            yield return (store, rows, first, Parts(store, rows));
        }
    }

    private static long Steps(ExampleSource train, TrainingRun run) => (train.Rows + run.Plan.BatchSize - 1) / run.Plan.BatchSize;

    private void Tell(int epoch, Action<int, int> report) =>
        run.Progress.Report(run.Member, _techniques.MoreEpochs.Done + epoch, EpochsOfRun, report);

    private int EpochsOfRun => _plan.Epochs + _techniques.MoreEpochs.All;

    private void Epoch(int epoch)
    {
        var clock = Stopwatch.StartNew();
        _techniques.BeforeEpoch(epoch);
        var trainLoss = TrainEpoch(epoch);
        TellWarnings();
        var result = validation is null ? new EpochResult(epoch + 1, trainLoss, []) : EvaluationOf(validation, epoch + 1, trainLoss);
        _techniques.AfterEpoch(result);
        var time = clock.Elapsed;
        var progress = new TrainingProgress(0, 0, trainLoss, result.ValidationLoss, _learningRate, train.Rows / time.TotalSeconds)
        {
            ValidationAccuracy = result.ValidationAccuracy,
        };
        run.Progress.Epoch(run.Member, _techniques.MoreEpochs.Done + result.Epoch, EpochsOfRun, train.Rows, time, progress, Report);
    }

    private double TrainEpoch(int epoch)
    {
        var seed = SeedSequence.Derive(run.Seed, epoch + 1);
        using var generator = new Generator((ulong)seed, run.Device);
        IRandomized.Set(network, generator);
        network.train();
        var loss = new WeightedMean();
        var step = epoch * Steps(train, run);
        var done = 0L;
        foreach (var (store, rows, _) in train.Batches(_plan.BatchSize, new Random(seed)))
        {
            run.CheckAlive();
            loss.Add(Step(store, rows, epoch, step), rows.Count);
            step++;
            done += rows.Count;
            run.Progress.Batch(run.Member, done / (double)train.Rows, EpochsOfRun);
        }
        return loss.Value;
    }

    private double Step(RowStore store, ArraySegment<int> rows, int epoch, long step)
    {
        using var scope = NewDisposeScope();
        network.zero_grad();
        var value = Parts(store, rows).Sum(part => Backward(store, part, rows.Count, step));
        if (!double.IsFinite(value))
        {
            throw Divergence.Error(run.Options, epoch, value);
        }
        _techniques.BeforeStep(step);
        _learningRate = _techniques.Rate(run.Options.LearningRate, step);
        _optimizer.Step(_learningRate);
        _techniques.AfterStep(_optimizer);
        return value;
    }

    // The gradients of the parts sum to that of the batch.
    private double Backward(RowStore store, ArraySegment<int> part, int rows, long step)
    {
        using var scope = NewDisposeScope();
        var inputs = Inputs(train, store, part);
        var loss = _techniques.Objective(inputs, step, () => Losses(train, inputs, store, part, _techniques.Loss(TaskLoss)).mean());
        if (part.Count < rows)
        {
            using Scalar share = (double)part.Count / rows;
            loss = loss * share;
        }
        loss.backward();
        TorchMemory.ThrowFailure();
        return loss.Item<float>();
    }

    private Tensor TaskLoss(Tensor outputs, Tensor labels) => head.Loss(outputs, labels, labelSmoothing: 0);

    private IReadOnlyList<ArraySegment<int>> Parts(RowStore store, ArraySegment<int> rows) =>
        BatchParts.Of(store, rows, steps => IRowMemory.BytesOf(network, steps), _batchBytes);

    private InputBatch Inputs(ExampleSource source, RowStore store, ArraySegment<int> rows) =>
        BatchBuilder.Inputs(store, rows, source.Data.Columns.Input, run.Device);

    // Divided by the mean weight of all rows, not of the batch: otherwise the weight of a heavy row would depend on its batch.
    private Tensor Losses(ExampleSource source, InputBatch inputs, RowStore store, ArraySegment<int> rows, OutputLoss loss)
    {
        var (labels, weights) = BatchBuilder.Targets(store, rows, run.Device);
        weights = _techniques.Weights(weights, labels);
        var losses = IOwnLoss.Of(network, inputs, head.Encode(labels), loss);
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
            $"Epoch {progress.Epoch} of {progress.Epochs}: loss {progress.TrainLoss:g5}{(progress.ValidationLoss is { } v ? FormattableString.Invariant($", validation {v:g5}") : "")}{(progress.ValidationAccuracy is { } a ? FormattableString.Invariant($", accuracy {a:g4}") : "")}, " +
            $"learning rate {progress.LearningRate:g3}, {progress.RowsPerSecond:f0} rows/s."));
        run.Options.Progress?.Report(progress);
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
