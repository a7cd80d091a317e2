using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Training.Techniques;

/// <summary>Sparse training of a small network: first [16, 2], middle [2 gates * 8, 16], last [1, 16].</summary>
[TestClass]
public sealed class SparsityTests
{
    private const int Width = 16;
    private const int Epochs = 8;
    private const int Weights = (Width * 2) + (Width * Width) + Width;

    private readonly string _folder = Directory.CreateTempSubdirectory("sparsity-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(SparsityMethod.GradualMagnitude, OptimizerKind.AdamW)]
    [DataRow(SparsityMethod.Magnitude, OptimizerKind.Adam)]
    [DataRow(SparsityMethod.GraNet, OptimizerKind.AdamW)]
    [DataRow(SparsityMethod.StaticRandom, OptimizerKind.Momentum)]
    [DataRow(SparsityMethod.Set, OptimizerKind.Momentum)]
    [DataRow(SparsityMethod.RigL, OptimizerKind.AdamW)]
    [DataRow(SparsityMethod.Snip, OptimizerKind.Sgd)]
    [DataRow(SparsityMethod.GraSP, OptimizerKind.AdamW)]
    [DataRow(SparsityMethod.SynFlow, OptimizerKind.Momentum)]
    public void MaskedWeightsAndTheirMoments_AreZero_AndTheNumberIsExact(SparsityMethod method, OptimizerKind optimizer)
    {
        using var network = new Layered();
        var options = Sparse(new SparsityOptions { Method = method, Density = 0.2 });
        (options.Optimizer, options.WeightDecay, options.CheckpointDirectory) = (optimizer, 0.1, _folder);
        options.GradientNoise = new GradientNoiseOptions { Eta = 0.3, Gamma = 0 };
        Assert.ThrowsExactly<OperationCanceledException>(() => Train(network, options, stopAt: Epochs));
        using var scope = NewDisposeScope();
        var tensors = Safetensors.Read(File.ReadAllBytes(Directory.GetFiles(_folder).Single())[32..]);
        var live = 0;
        foreach (var name in Layered.Names)
        {
            var mask = tensors[$"technique/Sparsity/live/{name}"].data<bool>().ToArray();
            live += mask.Count(unit => unit);
            foreach (var prefix in new[] { "network/", "optimizer/first/", "optimizer/second/" })
            {
                if (tensors.TryGetValue(prefix + name, out var values))
                {
                    var numbers = values.data<float>().ToArray();
                    Assert.IsTrue(numbers.Zip(mask).All(pair => pair.Second || pair.First == 0), prefix + name);
                    Assert.IsTrue(optimizer == OptimizerKind.Sgd || numbers.Zip(mask).Any(pair => pair.Second && pair.First != 0), prefix + name);
                }
            }
        }
        Assert.AreEqual((int)Math.Round(0.2 * Weights), live);
    }

    [TestMethod]
    [DataRow(SparsityMethod.StaticRandom)]
    [DataRow(SparsityMethod.Set)]
    [DataRow(SparsityMethod.RigL)]
    public void SparseFromTheStart_HasNoMoreWeightsInAnyStep(SparsityMethod method)
    {
        using var network = new Layered();
        Train(network, Sparse(new SparsityOptions { Method = method, Density = 0.2 }));
        Assert.IsTrue(network.Seen.All(count => count <= (int)Math.Round(0.2 * Weights)));
    }

    [TestMethod]
    public void GradualMagnitude_PrunesFromBeginToEnd_AndNeverRevives()
    {
        using var network = new Layered();
        Train(network, Sparse(new SparsityOptions { Density = 0.2, Begin = 0.25, End = 0.5, UpdateEvery = 1 }));
        var steps = network.Seen.ToArray();
        Assert.HasCount(Epochs * 5, steps);
        // A step's pruning is before its optimiser, so the next forward pass is the first to see it.
        Assert.IsTrue(steps[..11].All(count => count == Weights));
        Assert.IsTrue(steps[11..21].Zip(steps[10..20]).All(pair => pair.First <= pair.Second));
        Assert.IsTrue(steps[15] is > 70 and < Weights);
        Assert.IsTrue(steps[21..].All(count => count == (int)Math.Round(0.2 * Weights)));
    }

    [TestMethod]
    public void Magnitude_KeepsTheLargestOfEachMatrix_AndTrainsOn()
    {
        using var network = new Layered();
        Train(network, Sparse(new SparsityOptions { Method = SparsityMethod.Magnitude, Density = 0.25, Begin = 0.5 }));
        Assert.IsTrue(network.Seen.Take(21).All(count => count == Weights));
        Assert.IsTrue(network.Seen.Skip(21).All(count => count == Weights / 4));
        // The middle matrix has two gates, each of which keeps a quarter.
        CollectionAssert.AreEqual(new[] { 32, 32 }, network.Middle.Chunk(Width * Width / 2).Select(gate => gate.Count(weight => weight != 0)).ToArray());
    }

    [TestMethod]
    public void Snip_KeepsTheLargestProductsOfWeightAndGradient()
    {
        using var network = new Layered();
        using var dense = new Layered();
        var options = Sparse(new SparsityOptions { Method = SparsityMethod.Snip, Density = 0.2 });
        LoopRun.Of(network, LoopRun.Squares, Rows, options, epochs: 1, batch: Rows.Length);
        var batch = tensor(Rows.SelectMany(row => row.X).ToArray(), [Rows.Length, 2]);
        (dense.Outputs(batch).flatten().Minus(tensor(Rows.Select(row => row.Y).ToArray()))).Squared().mean().backward();
        var scores = dense.All.SelectMany(weight => (weight.detach() * weight.grad!).abs().data<float>().ToArray()).ToArray();
        var least = scores.OrderDescending().ElementAt((int)Math.Round(0.2 * Weights) - 1);
        var kept = network.All.SelectMany(weight => weight.data<float>().ToArray()).ToArray();
        Assert.IsTrue(kept.Zip(scores).All(pair => Math.Abs(pair.Second - least) < 1e-6 * least || pair.First != 0 == pair.Second > least));
    }

    [TestMethod]
    public void RigL_GrowsByTheDenseGradient()
    {
        // The second channel is all there is: weights of the first have no gradient, and begin small.
        using var network = new Layered(channelScale: 1e-3f);
        LoopRow[] rows = [.. Rows.Select(row => new LoopRow { X = [0, row.X[0]], Y = row.Y })];
        var sparsity = new SparsityOptions
        {
            Method = SparsityMethod.RigL,
            Density = 0.4,
            DropFraction = 0.9,
            UpdateEvery = 1,
            ParameterNames = ["first"],
            Distribution = SparsityDistribution.Uniform,
        };
        LoopRun.Of(network, LoopRun.Squares, rows, Sparse(sparsity), Epochs, batch: 4);
        Assert.AreEqual(0, network.First.Where((weight, at) => at % 2 == 0).Count(weight => weight != 0));
        Assert.AreEqual((int)Math.Round(0.4 * 2 * Width), network.First.Count(weight => weight != 0));
    }

    [TestMethod]
    [DataRow(SparsityMethod.GradualMagnitude)]
    [DataRow(SparsityMethod.Magnitude)]
    [DataRow(SparsityMethod.GraNet)]
    [DataRow(SparsityMethod.StaticRandom)]
    [DataRow(SparsityMethod.Set)]
    [DataRow(SparsityMethod.RigL)]
    [DataRow(SparsityMethod.Snip)]
    [DataRow(SparsityMethod.GraSP)]
    [DataRow(SparsityMethod.SynFlow)]
    [DataRow(SparsityMethod.SrSte)]
    public void RunThatGoesOnFromACheckpoint_IsTheUninterruptedOne(SparsityMethod method)
    {
        var whole = Trained(method, null);
        Assert.ThrowsExactly<OperationCanceledException>(() => Trained(method, _folder, stopAt: 5));
        CollectionAssert.AreEqual(whole, Trained(method, _folder));
        CollectionAssert.AreNotEqual(whole, Trained(method, null, seed: 2));
    }

    [TestMethod]
    public void Masks_AreDrawnFromTheSeed()
    {
        Assert.AreEqual(First(1), First(1));
        Assert.AreNotEqual(First(1), First(2));

        static string First(int seed)
        {
            using var network = new Layered();
            Train(network, Sparse(new SparsityOptions { Method = SparsityMethod.StaticRandom }), seed);
            return network.Patterns[0];
        }
    }

    [TestMethod]
    public void DensityOfOne_IsBitForBitNoSparsity()
    {
        using var dense = new Layered();
        Train(dense, Sparse(null));
        using var full = new Layered();
        Train(full, Sparse(new SparsityOptions { Method = SparsityMethod.RigL, Density = 1 }));
        CollectionAssert.AreEqual(dense.Numbers, full.Numbers);
    }

    [TestMethod]
    [DataRow(SparsityMethod.GradualMagnitude)]
    [DataRow(SparsityMethod.Magnitude)]
    [DataRow(SparsityMethod.RigL)]
    public void BestWeights_HaveTheDensity_AlsoWhereEarlierOnesWereBetter(SparsityMethod method)
    {
        using var network = new Layered();
        var options = Sparse(new SparsityOptions { Method = method, Density = 0.2 });
        // A rate at which the validation loss rises from the first epochs on.
        (options.LearningRate, options.EarlyStopping) = (0.2, 1);
        LoopRun.Of(network, LoopRun.Squares, Rows, options, Epochs, batch: 4, held: 4);
        var live = network.All.Sum(weight => weight.data<float>().Count(number => number != 0));
        Assert.IsTrue(live <= (int)Math.Round(0.2 * Weights), $"{live} weights");
        Assert.IsTrue(live > 0.15 * Weights, $"{live} weights");
    }

    [TestMethod]
    [DataRow(SparsityMethod.SrSte)]
    [DataRow(SparsityMethod.Magnitude)]
    [DataRow(SparsityMethod.StaticRandom)]
    [DataRow(SparsityMethod.Snip)]
    public void Groups_HaveTwoOfFour(SparsityMethod method)
    {
        using var network = new Layered();
        Train(network, Sparse(Groups(method)));
        Assert.IsTrue(network.Middle.Chunk(4).All(group => group.Count(weight => weight != 0) == 2));
        Assert.IsTrue(network.First.All(weight => weight != 0));
    }

    [TestMethod]
    public void SrSte_ExchangesWeightsOfAGroup_AndTheStaticMaskDoesNot()
    {
        Assert.IsTrue(Kinds(SparsityMethod.SrSte) > 1);
        Assert.AreEqual(1, Kinds(SparsityMethod.StaticRandom));

        int Kinds(SparsityMethod method)
        {
            using var network = new Layered();
            var options = Sparse(Groups(method));
            options.LearningRate = 0.1;
            Train(network, options);
            return network.Patterns.Distinct().Count();
        }
    }

    [TestMethod]
    public void SrSte_LearnsAsItsEquationSays()
    {
        using var network = new Layered();
        using var reference = new Layered();
        var options = Sparse(Groups(SparsityMethod.SrSte));
        LoopRun.Of(network, LoopRun.Squares, Rows, options, epochs: 1, batch: Rows.Length);
        var start = reference.Middle;
        var masked = Masked(start);
        reference.SetMiddle(masked);
        var batch = tensor(Rows.SelectMany(row => row.X).ToArray(), [Rows.Length, 2]);
        reference.Outputs(batch).flatten().Minus(tensor(Rows.Select(row => row.Y).ToArray())).Squared().mean().backward();
        var gradient = reference.All[1].grad!.data<float>().ToArray();
        var moved = start.Select((weight, i) => weight - 0.02f * (gradient[i] + 2e-4f * (weight - masked[i]))).ToArray();
        foreach (var (wanted, got) in Masked(moved).Zip(network.Middle))
        {
            Assert.AreEqual(wanted, got, 1e-6);
        }
    }

    [TestMethod]
    public void SrSte_LetsPrunedWeightsDecay()
    {
        using var network = new Layered();
        using var reference = new Layered();
        var (start, masked) = (reference.Middle, Masked(reference.Middle));
        reference.SetMiddle(masked);
        using var scope = NewDisposeScope();
        // Labels that the masked network gives, so that the decay is the only gradient; the rate makes a pruned weight -1.5 times what it was.
        var labels = reference.Outputs(tensor(Rows.SelectMany(row => row.X).ToArray(), [Rows.Length, 2])).flatten().data<float>().ToArray();
        var rows = Rows.Zip(labels, (row, label) => new LoopRow { X = row.X, Y = label }).ToArray();
        var options = Sparse(Groups(SparsityMethod.SrSte));
        options.LearningRate = 2.5 / 2e-4;
        LoopRun.Of(network, LoopRun.Squares, rows, options, epochs: 1, batch: rows.Length);
        var decayed = Masked([.. start.Zip(masked, (weight, kept) => kept == 0 ? -1.5f * weight : weight)]);
        Assert.IsTrue(decayed.Zip(masked).Any(pair => pair.First != 0 && pair.Second == 0));
        foreach (var (wanted, got) in decayed.Zip(network.Middle))
        {
            Assert.AreEqual(wanted, got, 0.01);
        }
    }

    private static float[] Masked(float[] values) => [.. values.Chunk(4).SelectMany(group =>
        group.Select(value => group.Count(other => Math.Abs(other) > Math.Abs(value)) < 2 ? value : 0))];

    [TestMethod]
    [DataRow(SparsityMethod.RigL)]
    [DataRow(SparsityMethod.GradualMagnitude)]
    public void Blocks_AreKeptOrRemovedAsAWhole(SparsityMethod method)
    {
        using var network = new Layered();
        Train(network, Sparse(new SparsityOptions
        {
            Method = method,
            Structure = SparsityStructure.Blocks,
            BlockOutputs = 4,
            BlockInputs = 8,
            Density = 0.25,
            ParameterNames = ["middle"],
        }));
        var counts = Enumerable.Range(0, 8).Select(block => Enumerable.Range(0, 32)
            .Count(at => network.Middle[(((block / 2 * 4) + (at / 8)) * Width) + (block % 2 * 8) + (at % 8)] != 0)).ToArray();
        Assert.AreEqual(2, counts.Count(count => count > 0));
        Assert.IsTrue(counts.All(count => count is 0 or 32));
    }

    [TestMethod]
    public void RedistributedGates_KeepTheBestOfBoth_AndBalancedOnesHalfEach()
    {
        CollectionAssert.AreEqual(new[] { 32, 32 }, Kept(SparsityGates.Balanced));
        CollectionAssert.AreEqual(new[] { 63, 1 }, Kept(SparsityGates.Redistributed));

        static int[] Kept(SparsityGates gates)
        {
            using var network = new Layered();
            network.SetMiddle([.. network.Middle.Select((weight, at) => at < Width * Width / 2 ? weight : 1e-4f * weight)]);
            var options = Sparse(new SparsityOptions { Method = SparsityMethod.Magnitude, Density = 0.25, Begin = 0, Gates = gates, ParameterNames = ["middle"] });
            options.LearningRate = 1e-6;
            Train(network, options);
            return [.. network.Middle.Chunk(Width * Width / 2).Select(gate => gate.Count(weight => weight != 0))];
        }
    }

    [TestMethod]
    public void RedistributedGates_LoseTheirSmallestTogether_AndGrowAlike()
    {
        using var network = new Layered();
        network.SetMiddle([.. network.Middle.Select((weight, at) => at < Width * Width / 2 ? weight : 1e-4f * weight)]);
        var options = Sparse(new SparsityOptions
        {
            Method = SparsityMethod.Set,
            Density = 0.25,
            DropFraction = 0.5,
            UpdateEvery = 10,
            Gates = SparsityGates.Redistributed,
            ParameterNames = ["middle"],
        });
        options.LearningRate = 1e-6;
        Train(network, options);
        var (first, last) = (Live(network.Patterns[0]), Live(network.Patterns[^1]));
        // The second gate's weights are smaller: a third of all go at first, all of them its own, and each gate grows the same number.
        Assert.AreEqual(64, last.Sum());
        Assert.IsTrue(last[0] >= first[0] + 4, $"{first[0]} to {last[0]}");

        static int[] Live(string pattern) => [.. pattern.Chunk(Width * Width / 2).Select(gate => gate.Count(bit => bit == '1'))];
    }

    [TestMethod]
    public void UnknownName_IsRefused_WithTheOnesThereAre()
    {
        var error = Refused(new SparsityOptions { ParameterNames = ["midle"] });
        StringAssert.Contains(error, "'midle'");
        StringAssert.Contains(error, "first, middle, last");
    }

    [TestMethod]
    public void WhatDoesNotDivideOrDoesNotExist_IsRefused()
    {
        StringAssert.Contains(Refused(new SparsityOptions { Method = SparsityMethod.SrSte, Structure = SparsityStructure.Groups, Density = 0.5 }),
            "'first' has 16 outputs and 2 inputs");
        StringAssert.Contains(Refused(new SparsityOptions { Structure = SparsityStructure.Blocks }), "'first'");
        StringAssert.Contains(Refused(new SparsityOptions { Targets = SparsityTargets.InputToHidden }), "InputToHidden");
        StringAssert.Contains(Refused(new SparsityOptions { Method = SparsityMethod.RigL, UpdateEvery = 30 }), "UpdateEvery is 30");
    }

    [TestMethod]
    public void Targets_AreThoseOfTheRole()
    {
        using var network = new Layered();
        Train(network, Sparse(new SparsityOptions { Targets = SparsityTargets.HiddenToHidden, Density = 0.5 }));
        Assert.AreEqual(Width * Width / 2, network.Middle.Count(weight => weight != 0));
        Assert.IsTrue(network.First.All(weight => weight != 0));
    }

    [TestMethod]
    [DataRow(SparsityMethod.GradualMagnitude)]
    [DataRow(SparsityMethod.Magnitude)]
    [DataRow(SparsityMethod.GraNet)]
    [DataRow(SparsityMethod.Snip)]
    [DataRow(SparsityMethod.LotteryTicket)]
    public void DenseBeginning_IsRefused_WhereValidationMayRestoreASolvedStart(SparsityMethod method)
    {
        using var network = new Begun();
        var options = Sparse(new SparsityOptions { Method = method });
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(
                () => LoopRun.Of(network, LoopRun.Squares, Rows, options, Epochs, batch: 4, held: 4)).Message, $"Method {method} begins with dense weights");
        LoopRun.Of(network, LoopRun.Squares, Rows, options, epochs: 2, batch: 4);
    }

    [TestMethod]
    public void SparseBeginning_IsStillSparse_WhereASolvedStartIsRestored()
    {
        using var network = new Begun();
        var options = Sparse(new SparsityOptions { Method = SparsityMethod.Set, Density = 0.25, UpdateEvery = 1 });
        options.LearningRate = 0.3;
        LoopRun.Of(network, LoopRun.Squares, Rows, options, Epochs, batch: 4, held: 4);
        Assert.AreEqual(8, network.Weights.Count(weight => weight != 0));
    }

    private static LoopRow[] Rows { get; } = [.. Enumerable.Range(0, 20)
        .Select(i => new LoopRow { X = [(i + 1) / 20f, 1 - (i / 21f)], Y = i % 3 })];

    private static SparsityOptions Groups(SparsityMethod method) =>
        new() { Method = method, Structure = SparsityStructure.Groups, Density = 0.5, ParameterNames = ["middle"] };

    private static TrainingOptions Sparse(SparsityOptions? sparsity)
    {
        var options = LoopRun.Plain(0.02);
        options.Sparsity = sparsity?.Validated();
        return options;
    }

    private static void Train(Layered network, TrainingOptions options, int seed = 1, int stopAt = 0) =>
        LoopRun.Of(network, LoopRun.Squares, Rows, options, Epochs, batch: 4, seed: seed, stopAt: stopAt);

    private static float[] Trained(SparsityMethod method, string? folder, int stopAt = 0, int seed = 1)
    {
        using var network = new Layered();
        var options = Sparse(method == SparsityMethod.SrSte ? Groups(method) : new SparsityOptions { Method = method, Density = 0.2 });
        (options.CheckpointDirectory, options.Optimizer) = (folder, OptimizerKind.AdamW);
        Train(network, options, seed, stopAt);
        return network.Numbers;
    }

    private static string Refused(SparsityOptions options)
    {
        using var network = new Layered();
        return Assert.ThrowsExactly<InvalidOperationException>(() => Train(network, Sparse(options))).Message;
    }

    /// <summary>Three layers with tanh between, without biases; it notes the weights that each training step sees.</summary>
    private sealed class Layered : Network, IWeightMatrices
    {
        public static readonly string[] Names = ["first", "middle", "last"];

        private readonly Parameter first;
        private readonly Parameter middle;
        private readonly Parameter last;

        public Layered(float channelScale = 1)
            : base(nameof(Layered))
        {
            var random = new Random(7);
            first = Drawn(random, Width, 2);
            middle = Drawn(random, Width, Width);
            last = Drawn(random, 1, Width);
            using (no_grad())
            {
                first.narrow(1, 0, 1).copy_(first.narrow(1, 0, 1).Scaled(channelScale));
            }
            RegisterComponents();
        }

        public IEnumerable<WeightMatrix> WeightMatrices =>
        [
            WeightMatrix.Of(nameof(first), first),
            WeightMatrix.Of(nameof(middle), middle, WeightRole.HiddenToHidden, gates: 2),
            WeightMatrix.Of(nameof(last), last),
        ];

        public List<int> Seen { get; } = [];

        public List<string> Patterns { get; } = [];

        public Parameter[] All => [first, middle, last];

        public float[] Numbers => [.. All.SelectMany(weight => weight.data<float>())];

        public float[] First => [.. first.data<float>()];

        public float[] Middle => [.. middle.data<float>()];

        public void SetMiddle(float[] values)
        {
            using var _ = no_grad();
            middle.copy_(tensor(values, Width, Width));
        }

        public override Tensor forward(InputBatch batch)
        {
            if (training)
            {
                Seen.Add(Numbers.Count(number => number != 0));
                Patterns.Add(string.Concat(Middle.Select(number => number != 0 ? '1' : '0')));
            }
            return Outputs(batch.Values.select(1, 0));
        }

        public Tensor Outputs(Tensor values) =>
            nn.functional.linear(nn.functional.linear(nn.functional.linear(values, first).tanh(), middle).tanh(), last);

        private static Parameter Drawn(Random random, int outputs, int inputs) => new(tensor(
            Enumerable.Range(0, outputs * inputs).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray(), outputs, inputs));
    }
    /// <summary>A network that says it begins solved, at 0: its training makes it worse at a large rate.</summary>
    private sealed class Begun : Network, ISolved, IWeightMatrices
    {
        private readonly Parameter weight = new(NumberDoors.Full([16, 2], 0.01));
        private readonly Parameter gate = new(zeros(1));

        public Begun()
            : base(nameof(Begun)) => RegisterComponents();

        public bool BeginsSolved => true;

        public IEnumerable<WeightMatrix> WeightMatrices => [WeightMatrix.Of(nameof(weight), weight)];

        public float[] Weights => [.. weight.data<float>()];

        public void Solve(
            IEnumerable<(RowStore Store, ArraySegment<int> Rows, RowPart Part)> batches, bool ofAll, Action checkAlive) =>
            throw new NotSupportedException();

        public override Tensor forward(InputBatch batch) =>
            nn.functional.linear(batch.Values.select(1, 0), weight).sum(1, keepdim: true) * gate;
    }
}
