using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Training.Techniques;

/// <summary>Rounds of training, pruning and going back: which weights each round begins with, and in which epoch.</summary>
[TestClass]
public sealed class LotteryTicketTests
{
    private const int Epochs = 4;
    private const int Weights = 32;

    private readonly string _folder = Directory.CreateTempSubdirectory("ticket-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void EachRound_BeginsWithTheWeightsOfTheFirst_AndFewer()
    {
        using var network = new Grid();
        var told = Train(network, new SparsityOptions { Density = 0.25, Rounds = 2, Begin = 0.5 });
        // Epochs 0 to 3, then twice 2 and 3: a batch is an epoch.
        Assert.HasCount(8, network.Seen);
        var early = network.Seen[2];
        foreach (var (round, count) in new[] { (4, 16), (6, 8) })
        {
            Assert.AreEqual(count, network.Seen[round].Count(weight => weight != 0));
            Assert.IsTrue(network.Seen[round].Zip(early).All(pair => pair.First == 0 || pair.First == pair.Second));
            Assert.IsTrue(network.Seen[round + 1].Zip(network.Seen[round]).All(pair => pair.Second != 0 || pair.First == 0));
        }
        Assert.IsTrue(network.Seen[6].Zip(network.Seen[4]).All(pair => pair.Second != 0 || pair.First == 0));
        CollectionAssert.AreEqual(Enumerable.Range(1, 8).ToArray(), told.Select(progress => progress.Epoch).ToArray());
        Assert.IsTrue(told.All(progress => progress.Epochs == 8));
    }

    [TestMethod]
    public void PrunedWeights_AreTheSmallestAtTheEndOfARound_AndNotAtItsBeginning()
    {
        using var network = new Grid();
        using var alone = new Grid();
        Train(network, new SparsityOptions { Density = 0.5, Rounds = 1, Begin = 0 });
        LoopRun.Of(alone, LoopRun.Squares, Rows, Options(), Epochs, batch: Rows.Length);
        var trained = alone.Numbers;
        var least = trained.Select(Math.Abs).OrderDescending().ElementAt((Weights / 2) - 1);
        Assert.IsTrue(network.Seen[Epochs].Zip(trained).All(pair => pair.First != 0 == Math.Abs(pair.Second) >= least));
        var start = network.Seen[0];
        Assert.IsFalse(start.Zip(network.Seen[Epochs]).All(pair => pair.Second != 0 == Math.Abs(pair.First) >= start.Select(Math.Abs).OrderDescending().ElementAt((Weights / 2) - 1)));
    }

    [TestMethod]
    public void EverySecondEpochOfALaterRound_HasTheRateOfItsPlaceInTheSchedule()
    {
        using var network = new Grid();
        var options = Options();
        options.Schedule = LearningRateSchedule.Linear;
        options.Sparsity = Ticket(new SparsityOptions { Density = 0.25, Rounds = 2, Begin = 0.5 });
        var rates = LoopRun.Of(network, LoopRun.Squares, Rows, options, Epochs, batch: Rows.Length).Select(progress => progress.LearningRate).ToArray();
        CollectionAssert.AreEqual(new[] { rates[0], rates[1], rates[2], rates[3], rates[2], rates[3], rates[2], rates[3] }, rates);
        Assert.IsTrue(rates[2] > rates[3]);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(6)]
    public void RunThatGoesOnFromACheckpoint_IsTheUninterruptedOne(int stopAt)
    {
        var whole = Run(null, 0);
        Assert.ThrowsExactly<OperationCanceledException>(() => Run(_folder, stopAt));
        var resumed = Run(_folder, 0);
        CollectionAssert.AreEqual(whole.Weights, resumed.Weights);
        // The epoch whose report threw is not in the checkpoint.
        CollectionAssert.AreEqual(Enumerable.Range(stopAt, 9 - stopAt).ToArray(), resumed.Epochs);

        static (float[] Weights, int[] Epochs) Run(string? folder, int stopAt)
        {
            using var network = new Grid();
            var options = Options();
            (options.Optimizer, options.CheckpointDirectory) = (OptimizerKind.AdamW, folder);
            options.Sparsity = Ticket(new SparsityOptions { Density = 0.25, Rounds = 2, Begin = 0.5 });
            var told = LoopRun.Of(network, LoopRun.Squares, Rows, options, Epochs, batch: Rows.Length, stopAt: stopAt);
            return (network.Numbers, [.. told.Select(progress => progress.Epoch)]);
        }
    }

    [TestMethod]
    public void Optimiser_BeginsAnewInEachRound()
    {
        using var network = new Grid();
        var options = Options();
        (options.Optimizer, options.LearningRate) = (OptimizerKind.Adam, 0.01);
        options.Sparsity = Ticket(new SparsityOptions { Density = 0.5, Rounds = 1, Begin = 0 });
        LoopRun.Of(network, LoopRun.Squares, Rows, options, Epochs, batch: Rows.Length);
        // The first step of Adam has the size of the rate.
        var (before, after) = (network.Seen[Epochs], network.Seen[Epochs + 1]);
        Assert.IsTrue(before.Zip(after).Where(pair => pair.First != 0).All(pair => Math.Abs(Math.Abs(pair.Second - pair.First) - 0.01) < 1e-4));
    }

    [TestMethod]
    public void HeldOutRows_ChooseTheBestOfTheLastRound()
    {
        using var network = new Grid();
        var options = Options();
        (options.LearningRate, options.EarlyStopping) = (0.3, 1);
        options.Sparsity = Ticket(new SparsityOptions { Density = 0.25, Rounds = 2, Begin = 0.25 });
        var told = LoopRun.Of(network, LoopRun.Squares, Rows, options, Epochs, batch: 4, held: 4);
        Assert.AreEqual(8, network.Numbers.Count(weight => weight != 0));
        // A round is of three epochs at most. Its first is its best so far, so it has a second one, however good earlier rounds were.
        CollectionAssert.IsSubsetOf(new[] { 5, 6, 8, 9 }, told.Select(progress => progress.Epoch).ToArray());
        Assert.AreEqual(told.Where(progress => progress.Epoch >= 8).Min(progress => progress.ValidationLoss!.Value), Loss(network, Rows[^4..]), 1e-5);

        static double Loss(Grid network, LoopRow[] rows)
        {
            using var scope = NewDisposeScope();
            var outputs = network.Outputs(tensor(rows.SelectMany(row => row.X).ToArray(), [rows.Length, 2])).data<float>().ToArray();
            return outputs.Zip(rows).Average(pair => Math.Pow(pair.First - pair.Second.Y, 2));
        }
    }

    [TestMethod]
    public void RoundsByDefault_PruneAFifthEach() =>
        Assert.AreEqual(10, new SparsityOptions { Method = SparsityMethod.LotteryTicket, Density = 0.1 }.ChosenRounds);

    private static LoopRow[] Rows { get; } = [.. Enumerable.Range(0, 20)
        .Select(i => new LoopRow { X = [(i + 1) / 20f, 1 - (i / 21f)], Y = i % 3 })];

    private static TrainingOptions Options() => LoopRun.Plain(0.2);

    private static SparsityOptions Ticket(SparsityOptions options)
    {
        options.Method = SparsityMethod.LotteryTicket;
        return options.Validated();
    }

    private static List<TrainingProgress> Train(Grid network, SparsityOptions sparsity)
    {
        var options = Options();
        options.Sparsity = Ticket(sparsity);
        return LoopRun.Of(network, LoopRun.Squares, Rows, options, Epochs, batch: Rows.Length);
    }

    /// <summary>One matrix [16, 2], whose outputs are summed after tanh; it notes the weights of each training step.</summary>
    private sealed class Grid : Network, IWeightMatrices
    {
        private readonly Parameter weight;

        public Grid()
            : base(nameof(Grid))
        {
            var random = new Random(5);
            weight = new Parameter(tensor(Enumerable.Range(0, Weights).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray(), 16, 2));
            RegisterComponents();
        }

        public IEnumerable<WeightMatrix> WeightMatrices => [WeightMatrix.Of(nameof(weight), weight)];

        public float[] Numbers => [.. weight.data<float>()];

        public List<float[]> Seen { get; } = [];

        public override Tensor forward(InputBatch batch)
        {
            if (training)
            {
                Seen.Add(Numbers);
            }
            return Outputs(batch.Values.select(1, 0));
        }

        public Tensor Outputs(Tensor values) => nn.functional.linear(values, weight).tanh().sum(1, keepdim: true);
    }
}
