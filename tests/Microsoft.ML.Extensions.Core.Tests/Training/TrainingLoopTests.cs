using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Extensions.Training;
using Microsoft.ML.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Training;

[TestClass]
public sealed class TrainingLoopTests
{
    [TestMethod, Trained]
    public void BatchComputedInParts_LearnsWhatTheWholeLearns()
    {
        var (whole, parts) = (Train(Rows(longest: 40), bytesOfAStep: 0), Train(Rows(longest: 40), bytesOfAStep: 1 << 20));
        Assert.IsLessThan(parts.Batches, whole.Batches);
        TrainedBound.Near(whole.Weight, parts.Weight, 1e-5, "difference of weights");
        TrainedBound.Near(whole.Loss, parts.Loss, 1e-5, "difference of losses");
        Assert.AreNotEqual(FirstWeight, whole.Weight);
    }

    [TestMethod]
    public void OneLongRowAmongManyShortOnes_IsNeverPaddedFor()
    {
        var trained = Train(Rows(longest: 20_000), bytesOfAStep: 0);
        Assert.AreEqual(20_000, trained.LargestBatch);
    }

    [TestMethod]
    public void RowsOfOneLength_AreComputedTogether() => Assert.AreEqual(4 * 2, Train(Rows(longest: 10), bytesOfAStep: 0).Batches);

    private const double FirstWeight = 0.5;

    // The steps of all rows but one are 10; 24 to learn from in batches of 8, and 8 that are held out.
    private static Example[] Rows(int longest) => [.. Enumerable.Range(0, 32).Select(row => new Example
    {
        X = [.. Enumerable.Range(0, row == 5 ? longest : 10).Select(step => MathF.Sin(row + step))],
        Y = row % 5,
    })];

    private static (int Batches, long LargestBatch, double Weight, double Loss) Train(Example[] rows, long bytesOfAStep)
    {
        var ml = new MLContext(1);
        var view = ml.Data.LoadFromEnumerable(rows);
        var columns = new ExampleColumns(InputColumn.From(view.Schema, "X"), "Y", null, RegressionTask.Instance, MissingValues.Error);
        var data = ExampleData.Read(view, columns, long.MaxValue, () => { });
        Assert.IsTrue(data.TryDivide(new LastEight(), leastLearned: 1));
        var head = RegressionTask.Instance.CreateHead(view.Schema["Y"], data.Labels);
        using var network = new MeanNetwork(bytesOfAStep);
        using var channel = ((IHostEnvironment)ml).Start("test");
        var last = 0.0;
        var options = new TrainingOptions
        {
            LearningRate = 0.1,
            Progress = new Told(progress => last = progress.ValidationLoss!.Value),
            MemoryBudgetMegabytes = 64
        };
        var run = new TrainingRun(
            options, new TrainingPlan(2, 8, 1), Seed: TrainedSeed.From(1), CPU, Checkpoint: null, Member: 0, new FitProgress("Toy", 1, []), () => { }, channel);
        using var loop = new TrainingLoop(network, head, new ExampleSource(data), new ExampleSource(data, RowPart.Validation), run);
        loop.Run();
        using var weight = network.parameters().Single().detach();
        return (network.Batches, network.Largest, weight.Item<float>(), last);
    }

    private sealed class Told(Action<TrainingProgress> tell) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => tell(value);
    }

    private sealed class LastEight : RowSplit
    {
        public override RowPart PartOf(long row, RowPlace place) => row >= 24 ? RowPart.Validation : RowPart.Training;
    }

    /// <summary>A weight times the mean of the valid steps.</summary>
    private sealed class MeanNetwork : Network, IRowMemory
    {
        private readonly Parameter weight;
        private readonly long _bytesOfAStep;

        public MeanNetwork(long bytesOfAStep)
            : base(nameof(MeanNetwork))
        {
            _bytesOfAStep = bytesOfAStep;
            weight = new Parameter(NumberDoors.Full([1, 1], FirstWeight));
            RegisterComponents();
        }

        public int Batches { get; private set; }

        public long Largest { get; private set; }

        public long RowBytes(long steps) => steps * _bytesOfAStep;

        public override Tensor forward(InputBatch batch)
        {
            Batches++;
            Largest = Math.Max(Largest, batch.Rows * batch.Steps);
            return ((batch.Values * batch.Mask).sum(1) / batch.Mask.sum(1)).matmul(weight);
        }
    }

    private sealed class Example
    {
        public float[] X { get; set; } = [];

        public float Y { get; set; }
    }
}
