using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Training;

/// <summary>What a step of training sees, told by hand.</summary>
[TestClass]
public sealed class TrainingLoopStepTests
{
    private const double Rate = 0.1;
    private const double Tolerance = 1e-5;

    [TestMethod]
    public void Step_IsOfTheMeanLoss_EachRowByItsWeightOverTheMeanOne_AndOfNoEarlierStep()
    {
        LoopRow[] rows = [Row(1, y: 2, weight: 1), Row(3, y: -1, weight: 3), Row(-2, y: 5, weight: 8)];
        using var network = new Matrix(1);
        LoopRun.Of(network, LoopRun.Squares, rows, LoopRun.Plain(Rate / 10), epochs: 3, batch: 3);
        var (expected, meanWeight) = (0.0, 4.0);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            expected -= Rate / 10 * rows.Average(row => row.W / meanWeight * 2 * ((expected * row.X[0]) - row.Y) * row.X[0]);
        }
        Assert.AreEqual(expected, network.Weights[0], Tolerance);
    }

    [TestMethod]
    public void Gradient_IsCutToTheNormOfTheWhole()
    {
        var options = LoopRun.Plain(Rate);
        options.GradientClip = 2;
        using var network = new Matrix(1);
        LoopRun.Of(network, LoopRun.Squares, [new LoopRow { X = [3, 4], Y = 100 }], options, epochs: 1, batch: 1);
        Assert.AreEqual(2 * Rate * 0.6, network.Weights[0], Tolerance);
        Assert.AreEqual(2 * Rate * 0.8, network.Weights[1], Tolerance);
    }

    [TestMethod]
    [DataRow(LearningRateSchedule.Cosine)]
    [DataRow(LearningRateSchedule.Linear)]
    public void Rates_FollowTheScheduleOverAllEpochs(LearningRateSchedule schedule)
    {
        const int epochs = 4, rows = 6, batch = 2;
        var options = LoopRun.Plain(Rate);
        (options.Schedule, options.WarmupFraction, options.GradientClip) = (schedule, 0.3, 1);
        using var network = new Matrix(1);
        // The gradient is always far above the clip, so that each step is the rate itself.
        var told = LoopRun.Of(network, LoopRun.Squares, [.. Enumerable.Repeat(Row(1, y: 1000), rows)], options, epochs, batch);
        const int steps = epochs * rows / batch;
        double[] rates = [.. Enumerable.Range(0, steps).Select(step => Rate * LearningRates.Factor(schedule, 0.3, step, steps))];
        Assert.AreEqual(rates.Sum(), network.Weights[0], Tolerance);
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            Assert.AreEqual(rates[((epoch + 1) * rows / batch) - 1], told[epoch].LearningRate, 1e-12);
        }
    }

    [TestMethod]
    public void Weights_AreConstrainedAfterEveryStep()
    {
        using var network = new Matrix(1) { Largest = 0.25 };
        LoopRun.Of(network, LoopRun.Squares, [Row(1, y: 1000)], LoopRun.Plain(Rate), epochs: 1, batch: 1);
        Assert.AreEqual(0.25, network.Weights[0], Tolerance);
    }

    [TestMethod]
    public void BalancedClasses_WeighTheSameInAll_AndThoseWithoutRowsNothing()
    {
        var options = LoopRun.Plain(0);
        options.ClassWeights = ClassWeighting.Balanced;
        using var network = Logits();
        LoopRow[] rows = [Class(0), Class(0), Class(0), Class(2)];
        var told = LoopRun.Of(network, Classes, rows, options, epochs: 1, batch: 4);
        Assert.AreEqual((Loss(0, 0) + Loss(2, 0)) / 2, told[0].TrainLoss, Tolerance);
    }

    [TestMethod]
    public void ClassThatOnlyRowsHeldOutHave_WeighsNothing()
    {
        var options = LoopRun.Plain(0);
        options.ClassWeights = ClassWeighting.Balanced;
        using var network = Logits();
        var told = LoopRun.Of(network, Classes, [Class(0), Class(1), Class(0), Class(2)], options, epochs: 1, batch: 4, held: 2);
        Assert.AreEqual(Loss(0, 0) / 2, told[0].ValidationLoss!.Value, Tolerance);
    }

    [TestMethod]
    public void BalancedClassesOfNumbers_AreRefused()
    {
        var options = LoopRun.Plain(0);
        options.ClassWeights = ClassWeighting.Balanced;
        using var network = new Matrix(1);
        var e = Assert.ThrowsExactly<InvalidOperationException>(
            () => LoopRun.Of(network, LoopRun.Squares, Numbered(4), options, epochs: 1, batch: 4));
        StringAssert.Contains(e.Message, "Training.ClassWeights is Balanced");
    }

    [TestMethod]
    public void Labels_AreSmoothedInTraining_AndNotInValidation()
    {
        var options = LoopRun.Plain(0);
        options.LabelSmoothing = 0.3;
        using var network = Logits();
        var told = LoopRun.Of(network, Classes, [Class(0), Class(1), Class(0), Class(2)], options, epochs: 1, batch: 4, held: 2);
        Assert.AreEqual((Loss(0, 0.3) + Loss(1, 0.3)) / 2, told[0].TrainLoss, Tolerance);
        Assert.AreEqual((Loss(0, 0) + Loss(2, 0)) / 2, told[0].ValidationLoss!.Value, Tolerance);
    }

    [TestMethod]
    public void Network_IsInTrainingModeWhereItLearns_AndInScoringModeWhereItIsValidated()
    {
        using var network = new Matrix(1);
        LoopRun.Of(network, LoopRun.Squares, Numbered(6), LoopRun.Plain(0), epochs: 2, batch: 4, held: 2);
        CollectionAssert.AreEqual(
            new[] { (true, 4), (false, 2), (true, 4), (false, 2) },
            network.Calls.Select(call => (call.Training, call.First.Length)).ToArray());
    }

    [TestMethod]
    public void EveryEpoch_HasItsOwnOrderAndItsOwnDraws_TheSameForASeed()
    {
        var (one, again, other) = (Order(1), Order(1), Order(2));
        CollectionAssert.AreEqual(one, again);
        CollectionAssert.AreNotEqual(one, other);
        CollectionAssert.AreNotEqual(one[..20], one[20..]);
        CollectionAssert.AreEqual(one[..20].Order().ToArray(), one[20..].Order().ToArray());
    }

    [TestMethod]
    public void ValidationAccuracy_IsThePartOfRowsThatIsRight_WhateverTheirWeights()
    {
        using var network = Logits();
        LoopRow[] rows = [Class(0), Class(1), Class(2), Class(0), Class(0), new() { X = [1, 0], Class = 1, W = 100 }, Class(2)];
        // The first class is always predicted, and three of the last five rows are of another.
        var told = LoopRun.Of(network, Classes, rows, LoopRun.Plain(0), epochs: 2, batch: 3, held: 5);
        CollectionAssert.AreEqual(new double?[] { 2 / 5.0, 2 / 5.0 }, told.Select(epoch => epoch.ValidationAccuracy).ToArray());
        using var line = new Matrix(1);
        Assert.IsNull(LoopRun.Of(line, LoopRun.Squares, Numbered(4), LoopRun.Plain(0), epochs: 1, batch: 2, held: 2)[0].ValidationAccuracy);
        using var alone = Logits();
        Assert.IsNull(LoopRun.Of(alone, Classes, rows, LoopRun.Plain(0), epochs: 1, batch: 3)[0].ValidationAccuracy);
    }

    private static float[] Order(int seed)
    {
        using var network = new Matrix(1);
        LoopRun.Of(network, LoopRun.Squares, Numbered(20), LoopRun.Plain(0), epochs: 2, batch: 5, seed: seed);
        return [.. network.Calls.SelectMany(call => call.First)];
    }

    private static TaskHead Classes { get; } = new MulticlassHead(new HeadDescription("Multiclass", 3));

    // The logits of every row are 1, 0 and -2.
    private static Matrix Logits() => new(3, 1, 0, -2, 0, 0, 0);

    private static double Loss(int label, double smoothing)
    {
        double[] logits = [1, 0, -2];
        var total = Math.Log(logits.Sum(Math.Exp));
        double[] losses = [.. logits.Select(logit => total - logit)];
        return ((1 - smoothing) * losses[label]) + (smoothing * losses.Average());
    }

    private static LoopRow Row(float x, float y, float weight = 1) => new() { X = [x, 0], Y = y, W = weight };

    private static LoopRow[] Numbered(int count) => [.. Enumerable.Range(0, count).Select(i => Row(i, y: 0))];

    private static LoopRow Class(uint key) => new() { X = [1, 0], Class = key };

    /// <summary>Outputs that are the step times a matrix <c>[2, K]</c>, 0 at first unless told.</summary>
    private sealed class Matrix : Network, IConstrained
    {
        private readonly Parameter weight;

        public Matrix(int outputs, params float[] values)
            : base(nameof(Matrix))
        {
            weight = new Parameter(values.Length > 0 ? tensor(values, [2, outputs]) : zeros(2, outputs));
            RegisterComponents();
        }

        public double Largest { get; init; } = 1e6;

        public List<(bool Training, float[] First)> Calls { get; } = [];

        public float[] Weights => [.. weight.data<float>()];

        public void Constrain()
        {
            using var _ = no_grad();
            using TorchSharp.Scalar least = -Largest, most = Largest;
            weight.clamp_(least, most);
        }

        public override Tensor forward(InputBatch batch)
        {
            Calls.Add((training, [.. batch.Values.select(1, 0).select(1, 0).contiguous().data<float>()]));
            return batch.Values.select(1, 0).matmul(weight);
        }
    }
}
