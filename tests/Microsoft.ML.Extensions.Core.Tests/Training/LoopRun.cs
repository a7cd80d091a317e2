using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Training;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Training;

/// <summary>A row for the training loop: one step of two channels.</summary>
internal sealed class LoopRow
{
    [VectorType(1, 2)]
    public float[] X { get; set; } = [];

    public float Y { get; set; }

    [KeyType(3)]
    public uint Class { get; set; }

    public float W { get; set; } = 1;
}

/// <summary>The training loop over rows at hand, with options under which every step can be told by hand.</summary>
internal static class LoopRun
{
    /// <summary>Plain descent at one rate, without decay, clipping, warm-up or smoothing.</summary>
    public static TrainingOptions Plain(double rate) => new()
    {
        Optimizer = OptimizerKind.Sgd,
        LearningRate = rate,
        Schedule = LearningRateSchedule.Constant,
        WarmupFraction = 0,
        WeightDecay = 0,
        GradientClip = 0,
        LabelSmoothing = 0,
        EarlyStopping = 0,
    };

    /// <summary>A head whose loss is the square of outputs less labels.</summary>
    public static TaskHead Squares { get; } = new RegressionHead(new HeadDescription("Regression", 1));

    /// <summary>Trains, and gives what was told of each epoch.</summary>
    /// <param name="network">The network.</param>
    /// <param name="head">Its head, of classes or numbers.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="options">The options.</param>
    /// <param name="epochs">The epochs.</param>
    /// <param name="batch">The rows of a batch.</param>
    /// <param name="held">So many of the last rows are held out.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="stopAt">The epoch whose report throws; 0 for none.</param>
    public static List<TrainingProgress> Of(
        Network network, TaskHead head, LoopRow[] rows, TrainingOptions options, int epochs, int batch, int held = 0, int seed = 1,
        int stopAt = 0)
    {
        var ml = new MLContext(1);
        var view = ml.Data.LoadFromEnumerable(rows);
        var (label, task) = head is MulticlassHead ? ("Class", (TaskKind)MulticlassTask.Instance) : ("Y", RegressionTask.Instance);
        var data = ExampleData.Read(
            view, new ExampleColumns(InputColumn.From(view.Schema, "X"), label, "W", task, MissingValues.Error), long.MaxValue, () => { });
        Assert.IsTrue(held == 0 || data.TryDivide(new LastRows(rows.Length - held), leastLearned: 1));
        var told = new List<TrainingProgress>();
        options.Progress = new Told(told, stopAt);
        using var channel = ((IHostEnvironment)ml).Start("test");
        var run = new TrainingRun(
            options, new TrainingPlan(epochs, batch, 1), seed, CPU, Checkpoint.For(options, "run"), Member: 0, new FitProgress("Toy", 1, []), () => { }, channel);
        using var loop = new TrainingLoop(
            network, head, new ExampleSource(data), held == 0 ? null : new ExampleSource(data, RowPart.Validation), run);
        loop.Run();
        return told;
    }

    private sealed class Told(List<TrainingProgress> epochs, int stopAt) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            epochs.Add(value);
            if (value.Epoch == stopAt)
            {
                throw new OperationCanceledException();
            }
        }
    }

    private sealed class LastRows(long first) : RowSplit
    {
        public override RowPart PartOf(long row, RowPlace place) => row >= first ? RowPart.Validation : RowPart.Training;
    }
}
