using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Training.Techniques;

/// <summary>Masks chosen before the first step, by GraSP and SynFlow, against their definitions on a network of ReLU.</summary>
[TestClass]
public sealed class SparsityAtStartTests
{
    private const int Width = 12;

    [TestMethod]
    public void GraSP_KeepsTheLargestProductsOfWeightAndHessianTimesGradient()
    {
        using var network = new Straight(smooth: true);
        using var dense = new Straight(smooth: true);
        Train(network, SparsityMethod.GraSP, 0.3);
        var weights = dense.All;
        var loss = dense.Outputs(tensor(Rows.SelectMany(row => row.X).ToArray(), [Rows.Length, 2])).flatten()
            .Minus(tensor(Rows.Select(row => row.Y).ToArray())).Squared().mean();
        // H g is the gradient of |g|^2 / 2.
        var gradients = autograd.grad([loss], weights, retain_graph: true, create_graph: true);
        gradients.Select(gradient => gradient.Squared().sum()).Aggregate((one, other) => one.Plus(other)).Scaled(0.5).backward();
        var scores = weights.Select(weight => (weight.detach() * weight.grad!).data<float>().ToArray()).ToArray();
        AssertBest(scores, network, (int)Math.Round(0.3 * scores.Sum(part => part.Length)), tolerance: 1e-2);
    }

    [TestMethod]
    public void SynFlow_KeepsWhatIterativePruningOfSynapticFlowKeeps()
    {
        using var network = new Straight(smooth: false);
        using var dense = new Straight(smooth: false);
        Train(network, SparsityMethod.SynFlow, 0.2);
        var masks = dense.All.Select(weight => ones_like(weight)).ToArray();
        var total = dense.All.Sum(weight => weight.numel());
        float[][] scores = [];
        for (var round = 1; round <= 100; round++)
        {
            foreach (var (weight, mask) in dense.All.Zip(masks))
            {
                using var _ = no_grad();
                weight.copy_(weight.abs() * mask);
                weight.grad?.zero_();
            }
            dense.Outputs(ones(1, 2)).sum().backward();
            scores = [.. dense.All.Select(weight => (weight.detach() * weight.grad!).data<float>().ToArray())];
            var count = (int)Math.Round(total * Math.Pow(0.2, round / 100.0));
            var least = scores.SelectMany(part => part).OrderDescending().ElementAt(count - 1);
            masks = [.. dense.All.Zip(scores, (weight, part) => tensor(part.Select(score => score >= least && score > 0 ? 1f : 0).ToArray()).view(weight.shape))];
        }
        var wanted = string.Concat(masks.SelectMany(mask => mask.data<float>().ToArray()).Select(bit => bit == 1 ? '1' : '0'));
        Assert.AreEqual(wanted, network.Pattern);
        Assert.AreEqual((int)Math.Round(total * 0.2), wanted.Count(bit => bit == '1'));
    }

    [TestMethod]
    public void SynFlow_LeavesEveryLayerAPath_WhereOneShotMagnitudeCutsIt()
    {
        // The last layer is a hundred times smaller than the others: magnitude over all layers together keeps its one guaranteed weight alone.
        Assert.AreEqual(1, Kept(SparsityMethod.Magnitude));
        Assert.IsTrue(Kept(SparsityMethod.SynFlow) > 1);

        static int Kept(SparsityMethod method)
        {
            using var network = new Straight(smooth: false, lastScale: 0.01f);
            Train(network, method, 0.1, SparsityDistribution.Global);
            return network.Last.Count(weight => weight != 0);
        }
    }

    [TestMethod]
    [DataRow(SparsityMethod.GraSP)]
    [DataRow(SparsityMethod.SynFlow)]
    public void Scores_LeaveTheLiveWeightsAsTheyWere_AndTheFirstStepIsThatOfTheMaskedNetwork(SparsityMethod method)
    {
        using var network = new Straight(smooth: true);
        using var still = new Straight(smooth: true);
        var start = still.Numbers;
        Train(network, method, 0.5, rate: 0);
        Assert.IsTrue(network.Numbers.Zip(start).All(pair => pair.First == 0 || pair.First == pair.Second));
        Assert.AreEqual(1, network.Patterns.Distinct().Count());
    }

    [TestMethod]
    public void GradientOfZero_IsRefused()
    {
        using var network = new Straight(smooth: false, lastScale: 0);
        using (no_grad())
        {
            foreach (var weight in network.All)
            {
                weight.zero_();
            }
        }
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Train(network, SparsityMethod.GraSP, 0.5)).Message, "the gradient of the first batch is 0");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Train(network, SparsityMethod.SynFlow, 0.5)).Message, "scores are 0");
    }

    private static LoopRow[] Rows { get; } = [.. Enumerable.Range(0, 20)
        .Select(i => new LoopRow { X = [(i + 1) / 20f, 1 - (i / 21f)], Y = i % 3 })];

    private static void Train(
        Straight network, SparsityMethod method, double density, SparsityDistribution? distribution = null, double rate = 1e-6)
    {
        var options = LoopRun.Plain(rate);
        options.Sparsity = new SparsityOptions { Method = method, Density = density, Distribution = distribution }.Validated();
        LoopRun.Of(network, LoopRun.Squares, Rows, options, epochs: 2, batch: Rows.Length);
    }

    private static void AssertBest(float[][] scores, Straight network, int count, double tolerance)
    {
        var all = scores.SelectMany(part => part).ToArray();
        var least = all.OrderDescending().ElementAt(count - 1);
        Assert.AreEqual(count, network.Numbers.Count(weight => weight != 0));
        Assert.IsTrue(network.Numbers.Zip(all).All(pair =>
            Math.Abs(pair.Second - least) < tolerance * Math.Abs(least) || pair.First != 0 == pair.Second > least));
    }

    /// <summary>Three layers without biases, with ReLU or a smooth function between.</summary>
    private sealed class Straight : Network, IWeightMatrices
    {
        private readonly Parameter first;
        private readonly Parameter middle;
        private readonly Parameter last;
        private readonly bool _smooth;

        public Straight(bool smooth, float lastScale = 1)
            : base(nameof(Straight))
        {
            _smooth = smooth;
            var random = new Random(3);
            (first, middle, last) = (Drawn(random, Width, 2, 1), Drawn(random, Width, Width, 1), Drawn(random, 1, Width, lastScale));
            RegisterComponents();
        }

        public IEnumerable<WeightMatrix> WeightMatrices =>
            [WeightMatrix.Of(nameof(first), first), WeightMatrix.Of(nameof(middle), middle), WeightMatrix.Of(nameof(last), last)];

        public Parameter[] All => [first, middle, last];

        public float[] Numbers => [.. All.SelectMany(weight => weight.data<float>())];

        public float[] Last => [.. last.data<float>()];

        public string Pattern => string.Concat(Numbers.Select(number => number != 0 ? '1' : '0'));

        public List<string> Patterns { get; } = [];

        public override Tensor forward(InputBatch batch)
        {
            if (training)
            {
                Patterns.Add(Pattern);
            }
            return Outputs(batch.Values.select(1, 0));
        }

        public Tensor Outputs(Tensor values) =>
            nn.functional.linear(Between(nn.functional.linear(Between(nn.functional.linear(values, first)), middle)), last);

        private Tensor Between(Tensor values) => _smooth ? values.tanh() : values.relu();

        private static Parameter Drawn(Random random, int outputs, int inputs, float scale) => new(tensor(
            Enumerable.Range(0, outputs * inputs).Select(_ => scale * (float)(random.NextDouble() - 0.5)).ToArray(), outputs, inputs));
    }
}
