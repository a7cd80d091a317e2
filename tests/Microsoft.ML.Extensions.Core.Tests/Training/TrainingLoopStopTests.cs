using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Training;

/// <summary>When training stops, and which weights it leaves, for validation losses that are known beforehand.</summary>
[TestClass]
public sealed class TrainingLoopStopTests
{
    private const int Judges = 20;

    [TestMethod]
    public void EpochsWithoutABetterLoss_AsManyAsAllowed_StopIt_AndTheBestWeightsStay()
    {
        var (epochs, kept) = Train(patience: 2, 5, 3, 4, 4, 1, 1);
        Assert.AreEqual((4, 2), (epochs, kept));
    }

    [TestMethod]
    public void Patience_IsCountedFromTheBestEpoch()
    {
        var (epochs, kept) = Train(patience: 2, 9, 8, 7, 7.5, 6, 6.5);
        Assert.AreEqual((6, 5), (epochs, kept));
    }

    [TestMethod]
    public void EqualLosses_AreNoBetter()
    {
        var (epochs, kept) = Train(patience: 2, 3, 3, 3, 3);
        Assert.AreEqual((3, 1), (epochs, kept));
    }

    [TestMethod]
    public void PatienceOfZero_NeverStops_AndTheBestWeightsStay()
    {
        var (epochs, kept) = Train(patience: 0, 1, 2, 3, 4, 5);
        Assert.AreEqual((5, 1), (epochs, kept));
    }

    [TestMethod]
    public void WithoutRowsHeldOut_AllEpochsAreRun_AndTheLastWeightsStay()
    {
        using var network = new Counter([]);
        Assert.HasCount(4, LoopRun.Of(network, LoopRun.Squares, Rows, Options(patience: 1), epochs: 4, batch: Rows.Length));
        Assert.AreEqual(4, network.Epochs);
    }

    [TestMethod]
    public void WhatBeginsSolved_IsLeftForWhatIsAheadOnAlmostEveryRow()
    {
        var (epochs, kept) = Train(patience: 0, (_, epoch) => epoch == 2 ? 0.9 : 1);
        Assert.AreEqual((3, 2), (epochs, kept));
    }

    [TestMethod]
    public void WhatBeginsSolved_StaysWhereTheGainIsWithinItsError()
    {
        var (epochs, kept) = Train(patience: 0, (row, epoch) => epoch == 2 ? (row < 4 ? 0.2 : 1.1) : 1);
        Assert.AreEqual((3, 0), (epochs, kept));
    }

    [TestMethod]
    public void SolvedStart_IsTheBaselineOfEveryEpoch()
    {
        var (epochs, kept) = Train(patience: 2, (_, epoch) => 1 + (0.1 * epoch));
        Assert.AreEqual((2, 0), (epochs, kept));
    }

    [TestMethod]
    public void ResumedRun_KnowsTheBestEpochSoFar()
    {
        var (epochs, kept) = GoOn(from: 4, 5, 1, 4, 3, 3, 3, 3);
        CollectionAssert.AreEqual(new[] { 4, 5 }, epochs);
        Assert.AreEqual(2, kept);
    }

    [TestMethod]
    public void RunThatGoesOn_BeginsWithTheLastWeights_NotWithTheBest()
    {
        var (epochs, kept) = GoOn(from: 4, 5, 1, 4, 0.9, 0.8, 3, 3, 3, 3);
        CollectionAssert.AreEqual(new[] { 4, 5, 6, 7, 8 }, epochs);
        Assert.AreEqual(5, kept);
    }

    [TestMethod]
    public void RunThatGoesOn_KnowsTheBestOfBefore()
    {
        // The best of all is epoch 2, and three epochs after it training stops.
        var (epochs, kept) = GoOn(from: 4, 5, 1, 4, 3, 2, 3, 3, 3);
        CollectionAssert.AreEqual(new[] { 4, 5 }, epochs);
        Assert.AreEqual(2, kept);
    }

    [TestMethod]
    public void RunThatGoesOn_WithNoLossThatWasANumberYet_KeepsTheBestOfTheRest()
    {
        var (epochs, kept) = GoOn(from: 2, double.NaN, 5, 3, 4);
        CollectionAssert.AreEqual(new[] { 2, 3, 4 }, epochs);
        Assert.AreEqual(3, kept);
    }

    // Cut off in an epoch, and trained again.
    private static (int[] Epochs, int Kept) GoOn(int from, params double[] losses)
    {
        var folder = Directory.CreateTempSubdirectory("stop-");
        try
        {
            var options = Options(patience: 3);
            options.CheckpointDirectory = folder.FullName;
            using var stopped = Scripted(losses);
            Assert.ThrowsExactly<OperationCanceledException>(() => Train(stopped, options, losses.Length, stopAt: from));
            using var network = Scripted(losses);
            return ([.. Train(network, options, losses.Length).Select(epoch => epoch.Epoch)], network.Epochs);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static LoopRow[] Rows { get; } = [.. Enumerable.Range(0, Judges).Select(row => new LoopRow { X = [1, row], Y = 1000 })];

    private static TrainingOptions Options(int patience)
    {
        // A gradient far above the clip: each epoch, of one step, adds 1 to the weight.
        var options = LoopRun.Plain(1);
        (options.GradientClip, options.EarlyStopping) = (1, patience);
        return options;
    }

    private static (int Epochs, int Kept) Train(int patience, params double[] losses)
    {
        using var network = Scripted(losses);
        return (Train(network, Options(patience), losses.Length).Count, network.Epochs);
    }

    // Begins solved: epoch 0 is before the first.
    private static (int Epochs, int Kept) Train(int patience, Func<int, int, double> loss)
    {
        Func<int, double>[] losses = [row => loss(row, 1), row => loss(row, 2), row => loss(row, 3)];
        using var network = new Counter(losses, row => loss(row, 0));
        return (Train(network, Options(patience), 3).Count, network.Epochs);
    }

    private static List<TrainingProgress> Train(Counter network, TrainingOptions options, int epochs, int stopAt = 0)
    {
        LoopRow[] judges = [.. Rows.Select(row => new LoopRow { X = row.X, Y = 0 })];
        return LoopRun.Of(
            network, LoopRun.Squares, [.. Rows, .. judges], options, epochs, batch: Rows.Length, held: judges.Length, stopAt: stopAt);
    }

    private static Counter Scripted(double[] losses) => new([.. losses.Select(loss => (Func<int, double>)(_ => loss))]);

    /// <summary>Its weight counts the epochs, and by it the losses in validation are given.</summary>
    private sealed class Counter : Network, ISolved
    {
        private readonly Parameter weight;
        private readonly Func<int, double>[] _losses;
        private readonly Func<int, double>? _solved;

        public Counter(Func<int, double>[] losses, Func<int, double>? solved = null)
            : base(nameof(Counter))
        {
            (_losses, _solved) = (losses, solved);
            weight = new Parameter(zeros(1));
            RegisterComponents();
        }

        public int Epochs => (int)Math.Round(weight.data<float>()[0]);

        public bool BeginsSolved => _solved is not null;

        // It is made solved.
        public void Solve(IEnumerable<(RowStore Store, ArraySegment<int> Rows, RowPart Part)> batches, bool ofAll, Action checkAlive)
        {
        }

        public override Tensor forward(InputBatch batch)
        {
            if (training)
            {
                return batch.Values.select(1, 0).narrow(1, 0, 1) * weight;
            }
            var loss = Epochs == 0 ? _solved! : _losses[Epochs - 1];
            var rows = batch.Values.select(1, 0).select(1, 1).contiguous().data<float>().ToArray();
            return tensor(rows.Select(row => (float)Math.Sqrt(loss((int)row))).ToArray()).unsqueeze(1);
        }
    }
}
