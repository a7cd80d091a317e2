using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Training.Techniques;

/// <summary>The second attempt of a run whose loss stays at the entropy of the labels.</summary>
[TestClass]
public sealed class NoiseRescueTests
{
    private const int Epochs = 6;

    private readonly string _folder = Directory.CreateTempSubdirectory("rescue-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(0.0, ClassWeighting.None)]
    [DataRow(0.1, ClassWeighting.None)]
    [DataRow(0.1, ClassWeighting.Balanced)]
    public void StuckRun_StartsAgainWithNoise_FromTheSameWeights(double smoothing, ClassWeighting weighting)
    {
        using var network = new Product(start: 0);
        var options = Rescued();
        (options.LabelSmoothing, options.ClassWeights) = (smoothing, weighting);
        var told = Run(network, options);
        Assert.HasCount(2 * Epochs, told);
        Assert.AreEqual(2 * Epochs, told[^1].Epochs);
        Assert.IsTrue(network.Seen.Take(Epochs).All(weights => weights.All(weight => weight == 0)));
        Assert.IsTrue(network.Seen[Epochs].All(weight => weight == 0));
        Assert.IsTrue(network.Biases[Epochs - 1].All(value => value != 0) && network.Biases[Epochs].All(value => value == 0));
        Assert.IsTrue(network.Seen.Skip(Epochs + 1).All(weights => weights.All(weight => weight != 0)));
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.5)]
    public void RunThatLearns_IsBitForBitOneWithoutNoise(double smoothing)
    {
        using var rescued = new Product(start: 0.5f);
        using var plain = new Product(start: 0.5f);
        var (with, without) = (Rescued(), LoopRun.Plain(0.5));
        (with.LabelSmoothing, without.LabelSmoothing) = (smoothing, smoothing);
        Assert.HasCount(Epochs, Run(rescued, with));
        Run(plain, without);
        CollectionAssert.AreEqual(plain.Numbers, rescued.Numbers);
    }

    [TestMethod]
    public void WeightsOfRows_AreThoseOfTheLoss()
    {
        // Of the weights, nine tenths are of one class: a constant output has a loss far below the entropy of the counts.
        using var network = new Product(start: 0);
        LoopRow[] heavy = [.. Rows.Select(row => new LoopRow { X = row.X, Class = row.Class, W = row.Class == 1 ? 0.18f : 0.01f })];
        Assert.HasCount(2 * Epochs, LoopRun.Of(network, Classes, heavy, Rescued(), Epochs, batch: Rows.Length));
    }

    [TestMethod]
    [DataRow(3)]
    [DataRow(6)]
    [DataRow(8)]
    public void RunThatGoesOnFromACheckpoint_IsTheUninterruptedOne(int stopAt)
    {
        var whole = Result(null, 0);
        Assert.ThrowsExactly<OperationCanceledException>(() => Result(_folder, stopAt));
        CollectionAssert.AreEqual(whole, Result(_folder, 0));

        static float[] Result(string? folder, int stopAt)
        {
            using var network = new Product(start: 0);
            var options = Rescued();
            options.CheckpointDirectory = folder;
            LoopRun.Of(network, Classes, Rows, options, Epochs, batch: Rows.Length, stopAt: stopAt);
            return network.Numbers;
        }
    }

    [TestMethod]
    public void NumbersAndSparsity_AreRefused()
    {
        using var network = new Product(start: 0);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(
            () => LoopRun.Of(network, LoopRun.Squares, Rows, Rescued(), Epochs, batch: 4)).Message, "Rescue is true, and task 'Regression'");
        var options = Rescued();
        options.Sparsity = new SparsityOptions();
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Run(network, options)).Message, "Training.Sparsity is set");
    }

    [TestMethod]
    public void Scale_IsRelativeWhereItIsNotSet_AndElseWhatItIs()
    {
        Assert.AreEqual(GradientNoiseScale.Relative, new GradientNoiseOptions { Rescue = true }.ChosenScale);
        Assert.AreEqual(GradientNoiseScale.Absolute, new GradientNoiseOptions().ChosenScale);
        Assert.AreEqual(GradientNoiseScale.Absolute, new GradientNoiseOptions { Rescue = true, Scale = GradientNoiseScale.Absolute }.ChosenScale);
    }

    private static TaskHead Classes { get; } = new MulticlassHead(new HeadDescription("Multiclass", 3));

    private static LoopRow[] Rows { get; } = [.. Enumerable.Range(0, 20)
        .Select(i => new LoopRow { X = [i < 10 ? 1 : -1, i / 20f], Class = i < 10 ? 1u : 2u })];

    private static TrainingOptions Rescued()
    {
        var options = LoopRun.Plain(0.5);
        options.GradientNoise = new GradientNoiseOptions { Eta = 0.1, Rescue = true, Scale = GradientNoiseScale.Absolute };
        return options;
    }

    private static List<TrainingProgress> Run(Network network, TrainingOptions options) =>
        LoopRun.Of(network, Classes, Rows, options, Epochs, batch: Rows.Length);

    /// <summary>Two matrices in a row, and a bias that is the same for all rows: at 0 only the bias learns.</summary>
    private sealed class Product : Network, IWeightMatrices
    {
        private readonly Parameter first;
        private readonly Parameter second;
        private readonly Parameter bias;

        public Product(float start)
            : base(nameof(Product))
        {
            (first, second, bias) = (new Parameter(NumberDoors.Full([3, 2], start)), new Parameter(NumberDoors.Full([3, 3], start)), new Parameter(zeros(3)));
            using (no_grad())
            {
                second.narrow(0, 0, 1).neg_();
            }
            RegisterComponents();
        }

        public IEnumerable<WeightMatrix> WeightMatrices => [WeightMatrix.Of(nameof(first), first)];

        public float[] Numbers => [.. first.data<float>(), .. second.data<float>()];

        public List<float[]> Seen { get; } = [];

        public List<float[]> Biases { get; } = [];

        public override Tensor forward(InputBatch batch)
        {
            if (training)
            {
                Biases.Add([.. bias.data<float>()]);
                Seen.Add(Numbers);
            }
            return nn.functional.linear(nn.functional.linear(batch.Values.select(1, 0), first), second, bias);
        }
    }
}
