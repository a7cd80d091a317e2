using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Extensions.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Training.Techniques;

/// <summary>The noise on gradients, by its equation. Bounds on variances of so many draws are five standard deviations or more.</summary>
[TestClass]
public sealed class GradientNoiseTests
{
    private const int Draws = 40_000;
    private const double Closeness = 0.04;
    private const double Rate = 0.1;

    [TestMethod]
    [DataRow(0, 0.3, 0.55)]
    [DataRow(1, 0.3, 0.55)]
    [DataRow(999, 0.3, 0.55)]
    [DataRow(99, 0.01, 2)]
    [DataRow(99, 4, 0)]
    public void Variance_IsEtaOverThePowerOfTheStep(int step, double eta, double gamma)
    {
        using var scope = NewDisposeScope();
        var noise = Noise(new GradientNoiseOptions { Eta = eta, Gamma = gamma }, step);
        Assert.AreEqual(1, noise.Average(value => value * value) / (eta / Math.Pow(1 + step, gamma)), Closeness);
        Assert.AreEqual(0, noise.Average() / Math.Sqrt(eta), 0.03);
    }

    [TestMethod]
    public void EveryStep_DrawsAnew()
    {
        using var scope = NewDisposeScope();
        var constant = new GradientNoiseOptions { Eta = 1, Gamma = 0 };
        var (parameter, noise) = Begin(constant, gradient: 0);
        using (noise)
        {
            var first = After(parameter, noise, step: 0);
            var second = After(parameter, noise, step: 1).Zip(first, (sum, before) => sum - before);
            Assert.AreEqual(0, first.Zip(second, (one, other) => one * other).Average(), Closeness);
        }
    }

    [TestMethod]
    [DataRow(1e-30)]
    [DataRow(1)]
    [DataRow(1e6)]
    public void Relative_IsMeasuredInTheRootMeanSquareOfEachGradient(double size)
    {
        using var scope = NewDisposeScope();
        var options = new GradientNoiseOptions { Eta = 0.25, Scale = GradientNoiseScale.Relative };
        var (parameter, noise) = Begin(options, size);
        using (noise)
        {
            // Half of the numbers are the size, half are 0.
            var added = After(parameter, noise, step: 3).Select((value, i) => i % 2 == 0 ? value - size : value);
            Assert.AreEqual(1, added.Average(value => value / size * (value / size)) / (0.5 * 0.25 / Math.Pow(4, 0.55)), Closeness);
        }
    }

    [TestMethod]
    public void Relative_AddsNothingToAGradientOfZero()
    {
        using var scope = NewDisposeScope();
        var (parameter, noise) = Begin(new GradientNoiseOptions { Scale = GradientNoiseScale.Relative }, gradient: 0);
        using (noise)
        {
            Assert.IsTrue(After(parameter, noise, step: 0).All(value => value == 0));
        }
    }

    [TestMethod]
    public void WeightsOfNoGradient_WalkByTheScheduleOverAllSteps()
    {
        const int epochs = 4, steps = 5;
        var walked = Train(new GradientNoiseOptions { Eta = 0.3 }, epochs);
        var variance = Rate * Rate * Enumerable.Range(0, epochs * steps).Sum(step => 0.3 / Math.Pow(1 + step, 0.55));
        Assert.AreEqual(1, walked.Average(value => value * value) / variance, Closeness);
    }

    [TestMethod]
    public void Noise_IsAddedAfterClipping()
    {
        var clipped = Train(new GradientNoiseOptions { Eta = 1, Gamma = 0 }, epochs: 1, options => options.GradientClip = 1e-3);
        Assert.AreEqual(Rate * Math.Sqrt(5), Math.Sqrt(clipped.Average(value => value * value)), Rate * 5 * Closeness);
    }

    [TestMethod]
    public void EtaOfZero_IsBitForBitNoNoise() =>
        CollectionAssert.AreEqual(Learned(null), Learned(options => options.GradientNoise = new GradientNoiseOptions { Eta = 0 }));

    [TestMethod]
    public void OneSeed_DrawsTheSameNoise_AndAnotherSeedOther()
    {
        var noise = new GradientNoiseOptions { Eta = 0.3 };
        CollectionAssert.AreEqual(Train(noise, 2), Train(noise, 2));
        CollectionAssert.AreNotEqual(Train(noise, 2), Train(noise, 2, seed: 2));
    }

    [TestMethod]
    [DataRow(GradientNoiseScale.Absolute)]
    [DataRow(GradientNoiseScale.Relative)]
    public void RunThatGoesOnFromACheckpoint_DrawsWhatAnUninterruptedOneDoes(GradientNoiseScale scale)
    {
        var folder = Directory.CreateTempSubdirectory("noise-");
        try
        {
            void Noisy(TrainingOptions options) => options.GradientNoise = new GradientNoiseOptions { Eta = 0.3, Scale = scale };
            void Kept(TrainingOptions options) => (options.CheckpointDirectory, options.GradientNoise) = (
                folder.FullName, new GradientNoiseOptions { Eta = 0.3, Scale = scale });
            Assert.ThrowsExactly<OperationCanceledException>(() => Learned(Kept, stopAt: 3));
            CollectionAssert.AreEqual(Learned(Noisy), Learned(Kept));
            CollectionAssert.AreNotEqual(Learned(null), Learned(Noisy));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    public void NetworkOfZeros_HasNoGradientOfItsWeights_AndNoiseWakesIt()
    {
        var (still, woken) = (DeepZeros(null), DeepZeros(new GradientNoiseOptions { Eta = 0.3 }));
        Assert.IsTrue(still[..^1].All(value => value == 0));
        Assert.AreNotEqual(0, still[^1]);
        Assert.IsTrue(woken.All(value => value != 0));
    }

    [TestMethod]
    public void ParametersThatDoNotLearn_StayAsTheyAre()
    {
        using var network = new Idle(learns: false);
        LoopRun.Of(network, LoopRun.Squares, Rows, Noisy(new GradientNoiseOptions { Eta = 1 }), epochs: 2, batch: 4);
        Assert.IsTrue(network.Weights.All(value => value == 0));
    }

    private static LoopRow[] Rows { get; } = [.. Enumerable.Range(0, 20)
        .Select(i => new LoopRow { X = [i / 20f, 1 - (i / 20f)], Y = i % 3 })];

    private static TrainingOptions Noisy(GradientNoiseOptions noise)
    {
        var options = LoopRun.Plain(Rate);
        options.GradientNoise = noise;
        return options;
    }

    // The weights of a network whose gradients are all 0: what the noise alone makes of them, in steps of four rows.
    private static float[] Train(GradientNoiseOptions noise, int epochs, Action<TrainingOptions>? change = null, int seed = 1)
    {
        using var network = new Idle(learns: true);
        var options = Noisy(noise);
        change?.Invoke(options);
        LoopRun.Of(network, LoopRun.Squares, Rows, options, epochs, batch: 4, seed: seed);
        return network.Weights;
    }

    private static float[] Learned(Action<TrainingOptions>? change, int stopAt = 0)
    {
        using var network = new Layers(start: 0.1);
        var options = LoopRun.Plain(Rate);
        change?.Invoke(options);
        LoopRun.Of(network, LoopRun.Squares, Rows, options, epochs: 5, batch: 6, stopAt: stopAt);
        return network.All;
    }

    private static float[] DeepZeros(GradientNoiseOptions? noise)
    {
        using var network = new Layers(start: 0);
        var options = LoopRun.Plain(Rate);
        options.GradientNoise = noise;
        LoopRun.Of(network, LoopRun.Squares, Rows, options, epochs: 2, batch: 4);
        return network.All;
    }

    private static float[] Noise(GradientNoiseOptions options, int step)
    {
        var (parameter, noise) = Begin(options, gradient: 0);
        using (noise)
        {
            return After(parameter, noise, step);
        }
    }

    private static (Parameter, GradientNoise) Begin(GradientNoiseOptions options, double gradient)
    {
        var parameter = new Parameter(zeros(Draws));
        float[] gradients = [.. Enumerable.Range(0, Draws).Select(i => i % 2 == 0 ? (float)gradient : 0)];
        (parameter * tensor(gradients)).sum().backward();
        var noise = new GradientNoise(options, [parameter], seed: 1, CPU);
        noise.BeforeEpoch(0);
        return (parameter, noise);
    }

    private static float[] After(Parameter parameter, GradientNoise noise, int step)
    {
        noise.BeforeStep(step);
        return [.. parameter.grad!.data<float>()];
    }

    /// <summary>Outputs that are a bias; its weights have a gradient of 0, if they learn at all.</summary>
    private sealed class Idle : Network
    {
        private readonly Parameter weight;
        private readonly Parameter bias;

        public Idle(bool learns)
            : base(nameof(Idle))
        {
            (weight, bias) = (new Parameter(zeros(Draws), learns), new Parameter(zeros(1)));
            RegisterComponents();
        }

        public float[] Weights => [.. weight.data<float>()];

        public override Tensor forward(InputBatch batch) =>
            (batch.Values.select(1, 0).narrow(1, 0, 1) * bias).Plus((weight * zeros_like(weight)).sum());
    }

    /// <summary>Three layers with ReLU between, of the same first weights and no biases but the last.</summary>
    private sealed class Layers : Network
    {
        private const int Width = 3;

        private readonly Parameter first;
        private readonly Parameter second;
        private readonly Parameter third;
        private readonly Parameter bias;

        public Layers(double start)
            : base(nameof(Layers))
        {
            (first, second, third) = (Filled(2, Width, start), Filled(Width, Width, start), Filled(Width, 1, start));
            bias = new Parameter(zeros(1));
            RegisterComponents();
        }

        public float[] All => [.. new[] { first, second, third, bias }.SelectMany(parameter => parameter.data<float>())];

        public override Tensor forward(InputBatch batch) =>
            batch.Values.select(1, 0).matmul(first).relu().matmul(second).relu().matmul(third).Plus(bias);

        private static Parameter Filled(long rows, long columns, double value) => new(NumberDoors.Full([rows, columns], value));
    }
}
