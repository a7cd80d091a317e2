using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Extensions.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Training.Techniques;

/// <summary>Guidance in the loop, by networks small enough to say what a step must do.</summary>
[TestClass]
public sealed class GuidanceTests
{
    private const double Rate = 0.1;
    private const int Batch = 10;

    [TestMethod]
    public void Objective_IsTheLossPlusTheMeanDistanceOfThePairs_WithItsGradient()
    {
        using var scope = NewDisposeScope();
        const double weight = 0.7;
        using var expected = new Pair(1);
        var rows = Inputs();
        using var frozen = new Pair(2);
        var (one, other) = (expected.Hidden(rows), expected.Second(rows));
        Tensor[] guides = [frozen.Hidden(rows).detach(), frozen.Second(rows).detach()];
        var loss = expected.call(rows).Minus(Labels()).Squared().mean()
            .Plus((Distance(one, guides[0]).Plus(Distance(other, guides[1]))).Scaled(weight / 2).to_type(ScalarType.Float32));
        loss.backward();

        using var network = new Pair(1);
        var told = Run(network, new GuidanceOptions { Guide = new Given(() => new Pair(2)), Weight = weight }, epochs: 1, batch: Rows.Length);
        Assert.AreEqual(loss.Item<float>(), told[0].TrainLoss, 1e-5);
        foreach (var (name, parameter) in expected.named_parameters())
        {
            var step = network.get_parameter(name)!.Minus(parameter).Scaled(-1 / Rate);
            Assert.IsLessThan(1e-5, step.Minus(parameter.grad!).abs().max().Item<float>(), name);
        }
    }

    [TestMethod]
    public void SeveralLayersOfTheGuide_OnOneLayer_AllCount()
    {
        var both = Learned(new GuidanceOptions { Layers = [new("first", "second"), new("second", "second")] });
        CollectionAssert.AreNotEqual(both, Learned(new GuidanceOptions { Layers = [new("second", "second")] }));
        CollectionAssert.AreNotEqual(both, Learned(new GuidanceOptions { Layers = [new("first", "second")] }));
    }

    [TestMethod]
    public void WeightOfZero_IsBitForBitNoGuidance_AndOpensNoGuide() => CollectionAssert.AreEqual(
        Learned(null), Learned(new GuidanceOptions { Guide = new Given(() => throw new AssertFailedException()), Weight = 0 }));

    [TestMethod]
    public void Steps_GuideTheFirstSteps_AndThenNoMore()
    {
        // Ten steps in all: two epochs of five.
        var (none, all) = (Learned(null), Learned(new GuidanceOptions()));
        CollectionAssert.AreEqual(all, Learned(new GuidanceOptions { Steps = 10 }));
        CollectionAssert.AreNotEqual(all, Learned(new GuidanceOptions { Steps = 9 }));
        CollectionAssert.AreNotEqual(none, Learned(new GuidanceOptions { Steps = 1 }));
        var counted = new Counted(2);
        Learned(new GuidanceOptions { Guide = new Given(() => counted), Steps = 7 });
        Assert.AreEqual(7, counted.Calls);
    }

    [TestMethod]
    public void Guide_IsCalledOnceForEachBatch_InEvaluationMode_AndStaysAsItIs()
    {
        using var before = new Pair(2);
        var guide = new Counted(2);
        Learned(new GuidanceOptions { Guide = new Given(() => guide) });
        Assert.AreEqual(10, guide.Calls);
        Assert.IsFalse(guide.Trained);
        Assert.IsFalse(guide.HadGradients);
        CollectionAssert.AreEqual(before.All, guide.Weights);
    }

    [TestMethod]
    public void GuideOfTheStudentsOwnWeights_IsAlikeAtFirst_AndHasNoGradientThere()
    {
        using var network = new Pair(1);
        var told = Run(network, new GuidanceOptions { Guide = new Given(() => new Pair(1)), Weight = 1000 }, epochs: 1, batch: Rows.Length);
        using var plain = new Pair(1);
        var without = Run(plain, null, epochs: 1, batch: Rows.Length);
        Assert.AreEqual(without[0].TrainLoss, told[0].TrainLoss, 1e-3);
        Assert.IsLessThan(1e-3f, network.All.Zip(plain.All, (one, other) => Math.Abs(one - other)).Max());
    }

    [TestMethod]
    [DataRow(GuidanceSimilarity.Cka)]
    [DataRow(GuidanceSimilarity.UnbiasedCka)]
    public void Guidance_MakesRepresentationsAlike(GuidanceSimilarity similarity)
    {
        var options = new GuidanceOptions { Weight = 10, Similarity = similarity };
        Assert.IsGreaterThan(Alike(null, similarity) + 0.15, Alike(options, similarity));
    }

    [TestMethod]
    [DataRow(GuidanceControl.ShuffledRows)]
    [DataRow(GuidanceControl.RandomInputs)]
    public void Controls_GuideByTheSameGuide_WithoutMakingAlike(GuidanceControl control)
    {
        var guided = Alike(new GuidanceOptions { Weight = 10 }, GuidanceSimilarity.UnbiasedCka);
        var options = new GuidanceOptions { Weight = 10, Control = control };
        CollectionAssert.AreEqual(Learned(options), Learned(options));
        Assert.IsLessThan(guided - 0.15, Alike(options, GuidanceSimilarity.UnbiasedCka));
        CollectionAssert.AreNotEqual(Learned(null), Learned(options));
    }

    [TestMethod]
    public void Similarities_Differ() => CollectionAssert.AreNotEqual(
        Learned(new GuidanceOptions()), Learned(new GuidanceOptions { Similarity = GuidanceSimilarity.UnbiasedCka }));

    [TestMethod]
    public void RunThatGoesOnFromACheckpoint_IsTheUninterruptedOne()
    {
        var folder = Directory.CreateTempSubdirectory("guidance-");
        try
        {
            var options = new GuidanceOptions { Steps = 7, Control = GuidanceControl.ShuffledRows };
            void Kept(TrainingOptions training) => training.CheckpointDirectory = folder.FullName;
            Assert.ThrowsExactly<OperationCanceledException>(() => Learned(options, Kept, stopAt: 1));
            CollectionAssert.AreEqual(Learned(options), Learned(options, Kept));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    public void LastBatchOfFewRows_IsLeftOut_AndAllOthersAreNot()
    {
        // Batches of 10, 10, 10, 10, 7 and 3 rows.
        var guide = new Counted(2);
        using var network = new Pair(1);
        Run(network, new GuidanceOptions { Guide = new Given(() => guide) }, epochs: 1, batch: 47);
        Assert.AreEqual(1, guide.Calls);
    }

    [TestMethod]
    public void TooSmallBatches_AreRefused()
    {
        using var network = new Pair(1);
        var message = Assert.ThrowsExactly<InvalidOperationException>(
            () => Run(network, new GuidanceOptions { Guide = new Given(() => new Pair(2)) }, epochs: 1, batch: 3)).Message;
        StringAssert.Contains(message, "BatchSize is 3");
    }

    [TestMethod]
    [DataRow("fourth", "first", "'fourth' as a layer of the Guide, which has: first, second.")]
    [DataRow("first", "third", "'third' as a layer of the Student, which has: first, second.")]
    public void UnknownLayers_AreRefused_WithThoseThatExist(string guide, string student, string expected) => StringAssert.Contains(
        Assert.ThrowsExactly<InvalidOperationException>(() => Learned(new GuidanceOptions { Layers = [new(guide, student)] })).Message, expected);

    [TestMethod]
    public void NetworksWithoutLayers_AreRefused()
    {
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(
                () => Learned(new GuidanceOptions { Guide = new Given(() => new Bare()) })).Message, "Guide has no layers");
        using var bare = new Bare();
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(
                () => Run(bare, new GuidanceOptions { Guide = new Given(() => new Pair(2)) }, epochs: 1, Batch)).Message,
            "The network in training has no layers");
    }

    [TestMethod]
    public void GuideWithActivationsThatAreNotFinite_IsRefused_ByItsLayer() => StringAssert.Contains(
        Assert.ThrowsExactly<InvalidOperationException>(
            () => Learned(new GuidanceOptions { Guide = new Given(() => new Pair(2, scale: 1e39)) })).Message, "Layer 'second'");

    [TestMethod]
    public void ConstantGuide_AddsAConstant()
    {
        var network = Learned(new GuidanceOptions { Guide = new Given(() => new Pair(2, scale: 0)), Layers = [new("second", "second")] });
        CollectionAssert.AreEqual(Learned(null), network);
    }

    [TestMethod]
    public void Guides_AreReleased_AlsoWhereTheyAreRefused()
    {
        var (good, bad) = (new Given(() => new Pair(2)), new Given(() => new Bare()));
        Learned(new GuidanceOptions { Guide = good });
        Assert.ThrowsExactly<InvalidOperationException>(() => Learned(new GuidanceOptions { Guide = bad }));
        Assert.IsTrue(good.IsDisposed);
        Assert.IsTrue(bad.IsDisposed);
    }

    [TestMethod]
    [DataRow(3, 3, "0 1 2")]
    [DataRow(5, 3, "0 1 1 2 2")]
    [DataRow(3, 5, "0 2 4")]
    [DataRow(4, 2, "0 0 1 1")]
    [DataRow(1, 4, "3")]
    [DataRow(3, 1, "0 0 0")]
    public void LayersOfTheGuide_AreSpreadEvenly(int guides, int students, string expected) => Assert.AreEqual(
        expected, string.Join(' ', Enumerable.Range(0, guides).Select(index => LayerPairs.Place(index, guides, students))));

    [TestMethod]
    public void EmptyPairs_AreRefused()
    {
        foreach (var layers in new GuidedLayer[][] { [], [new("", "first")], [new("first", null!)], [null!] })
        {
            StringAssert.Contains(
                Assert.ThrowsExactly<ArgumentException>(() => OptionsValidation.Validate(
                    new GuidanceOptions { Guide = new Given(() => new Bare()), Layers = layers })).Message, "Layers");
        }
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => OptionsValidation.Validate(new GuidanceOptions())).Message, "Guide is empty");
    }

    [TestMethod]
    public void OtherGuidance_HasAnotherFingerprint()
    {
        ITrainingGuide guide = new Given(() => new Bare());
        GuidanceOptions[] all =
        [
            new() { Guide = guide }, new() { Guide = guide, Weight = 0.5 }, new() { Guide = guide, Steps = 3 },
            new() { Guide = guide, Similarity = GuidanceSimilarity.UnbiasedCka }, new() { Guide = guide, Control = GuidanceControl.RandomInputs },
            new() { Guide = guide, Layers = [new("a", "b")] }, new() { Guide = guide, Layers = [new("b", "a")] },
            new() { Guide = new Given(() => new Bare(), "other") },
        ];
        Assert.HasCount(all.Length, all.Select(options => options.Fingerprint()).Distinct());
    }

    private static LoopRow[] Rows { get; } = Drawn();

    private static LoopRow[] Drawn()
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, 50).Select(_ => new LoopRow { X = [Next(), Next()], Y = Next() })];

        float Next() => (float)((2 * random.NextDouble()) - 1);
    }

    private static InputBatch Inputs() => new(
        tensor(Rows.SelectMany(row => row.X).ToArray()).view(-1, 1, 2), [.. Rows.Select(_ => 1)]);

    private static Tensor Labels() => tensor(Rows.Select(row => row.Y).ToArray()).view(-1, 1);

    private static Tensor Distance(Tensor one, Tensor other) => KernelAlignment.Cosine(
        KernelAlignment.Centred(one, unbiased: false), KernelAlignment.Centred(other, unbiased: false)).neg().Plus(1);

    // The weights after two epochs of five batches.
    private static float[] Learned(GuidanceOptions? guidance, Action<TrainingOptions>? change = null, int stopAt = 0)
    {
        using var network = new Pair(1);
        Train(network, guidance, change, stopAt);
        return network.All;
    }

    private static double Alike(GuidanceOptions? guidance, GuidanceSimilarity similarity)
    {
        using var scope = NewDisposeScope();
        using var network = new Pair(1);
        if (guidance is not null)
        {
            guidance.Guide = new Given(() => new Channel());
        }
        Run(network, guidance, epochs: 60, Batch);
        using var _ = no_grad();
        var unbiased = similarity == GuidanceSimilarity.UnbiasedCka;
        return KernelAlignment.Cosine(
            KernelAlignment.Centred(network.Second(Inputs()), unbiased), KernelAlignment.Centred(Channel.Of(Inputs()), unbiased)).Item<double>();
    }

    private static void Train(Pair network, GuidanceOptions? guidance, Action<TrainingOptions>? change, int stopAt) =>
        Run(network, Complete(guidance), epochs: 2, Batch, change, stopAt);

    private static GuidanceOptions? Complete(GuidanceOptions? guidance)
    {
        if (guidance is not null)
        {
            guidance.Guide ??= new Given(() => new Pair(2));
        }
        return guidance;
    }

    private static List<TrainingProgress> Run(
        Network network, GuidanceOptions? guidance, int epochs, int batch, Action<TrainingOptions>? change = null, int stopAt = 0)
    {
        var options = LoopRun.Plain(Rate);
        options.Guidance = guidance;
        change?.Invoke(options);
        return LoopRun.Of(network, LoopRun.Squares, Rows, options, epochs, batch, stopAt: stopAt);
    }

    /// <summary>A guide that the test creates; disposing it is recorded.</summary>
    private sealed class Given(Func<Network> create, string name = "given") : ITrainingGuide
    {
        public bool IsDisposed { get; private set; }

        string ITrainingGuide.Fingerprint() => name;

        GuideNetwork ITrainingGuide.Open(GuideRequest request)
        {
            var network = create();
            network.eval();
            return new GuideNetwork(network, CPU, new Owner(this, network));
        }

        private sealed class Owner(Given given, Network network) : IDisposable
        {
            public void Dispose()
            {
                given.IsDisposed = true;
                network.Dispose();
            }
        }
    }

    /// <summary>Counts its forward passes, and what was on in them.</summary>
    private sealed class Counted(int seed) : Pair(seed)
    {
        public int Calls { get; private set; }

        public bool Trained { get; private set; }

        public bool HadGradients { get; private set; }

        public float[] Weights { get; private set; } = [];

        public override Tensor forward(InputBatch batch)
        {
            Calls++;
            Trained |= training;
            Weights = All;
            var outputs = base.forward(batch);
            HadGradients |= outputs.requires_grad;
            return outputs;
        }
    }

    /// <summary>Two layers of tanh and a linear output.</summary>
    private class Pair : Network, ILayered
    {
        private const int Width = 6;

        private readonly Parameter first;
        private readonly Parameter second;
        private readonly Parameter third;

        public Pair(int seed, double scale = 1)
            : base(nameof(Pair))
        {
            using var generator = new Generator((ulong)seed);
            first = Initial.Normal(1, generator, 2, Width);
            second = Initial.Normal(scale, generator, Width, Width);
            third = Initial.Normal(0.5, generator, Width, 1);
            RegisterComponents();
        }

        public IReadOnlyList<string> Layers => [nameof(first), nameof(second)];

        public float[] All => [.. new[] { first, second, third }.SelectMany(parameter => parameter.data<float>())];

        public Tensor Hidden(InputBatch batch) => batch.Values.select(1, 0).matmul(first).tanh();

        public Tensor Second(InputBatch batch) => Hidden(batch).matmul(second);

        public override Tensor forward(InputBatch batch)
        {
            var hidden = Hidden(batch);
            LayerTrace.Add(nameof(first), hidden);
            var second = hidden.matmul(this.second);
            LayerTrace.Add(nameof(second), second);
            return second.tanh().matmul(third);
        }
    }

    /// <summary>A layer of one of the two inputs, which no network is much like by chance.</summary>
    private sealed class Channel : Network, ILayered
    {
        public Channel()
            : base(nameof(Channel))
        {
        }

        public IReadOnlyList<string> Layers => ["channel"];

        public static Tensor Of(InputBatch batch) => batch.Values.select(1, 0).narrow(1, 0, 1);

        public override Tensor forward(InputBatch batch)
        {
            LayerTrace.Add("channel", Of(batch));
            return Of(batch);
        }
    }

    /// <summary>A network without layers.</summary>
    private sealed class Bare : Network
    {
        private readonly Parameter bias = new(zeros(1));

        public Bare()
            : base(nameof(Bare)) => RegisterComponents();

        public override Tensor forward(InputBatch batch) => batch.Values.select(1, 0).narrow(1, 0, 1) * bias;
    }
}
