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
    public void PassesWithoutABetterLoss_AsManyAsAllowed_StopIt_AndTheBestWeightsStay()
    {
        var (passes, kept) = Train(patience: 2, 5, 3, 4, 4, 1, 1);
        Assert.AreEqual((4, 2), (passes, kept));
    }

    [TestMethod]
    public void Patience_IsCountedFromTheBestPass()
    {
        var (passes, kept) = Train(patience: 2, 9, 8, 7, 7.5, 6, 6.5);
        Assert.AreEqual((6, 5), (passes, kept));
    }

    [TestMethod]
    public void EqualLosses_AreNoBetter()
    {
        var (passes, kept) = Train(patience: 2, 3, 3, 3, 3);
        Assert.AreEqual((3, 1), (passes, kept));
    }

    [TestMethod]
    public void PatienceOfZero_NeverStops_AndTheBestWeightsStay()
    {
        var (passes, kept) = Train(patience: 0, 1, 2, 3, 4, 5);
        Assert.AreEqual((5, 1), (passes, kept));
    }

    [TestMethod]
    public void WithoutRowsHeldOut_AllPassesAreMade_AndTheLastWeightsStay()
    {
        using var network = new Counter([]);
        Assert.HasCount(4, LoopRun.Of(network, LoopRun.Squares, Rows, Options(patience: 1), passes: 4, batch: Rows.Length));
        Assert.AreEqual(4, network.Passes);
    }

    [TestMethod]
    public void WhatBeginsSolved_IsLeftForWhatIsAheadOnAlmostEveryRow()
    {
        var (passes, kept) = Train(patience: 0, (_, pass) => pass == 2 ? 0.9 : 1);
        Assert.AreEqual((3, 2), (passes, kept));
    }

    [TestMethod]
    public void WhatBeginsSolved_StaysWhereTheGainIsWithinItsError()
    {
        var (passes, kept) = Train(patience: 0, (row, pass) => pass == 2 ? (row < 4 ? 0.2 : 1.1) : 1);
        Assert.AreEqual((3, 0), (passes, kept));
    }

    [TestMethod]
    public void WhatBeginsSolved_IsWhatPassesMustBeAheadOf()
    {
        var (passes, kept) = Train(patience: 2, (_, pass) => 1 + (0.1 * pass));
        Assert.AreEqual((2, 0), (passes, kept));
    }

    [TestMethod]
    public void RunThatGoesOn_KnowsTheBestPassOfBefore()
    {
        var (passes, kept) = GoOn(from: 4, 5, 1, 4, 3, 3, 3, 3);
        CollectionAssert.AreEqual(new[] { 4, 5 }, passes);
        Assert.AreEqual(2, kept);
    }

    [TestMethod]
    public void RunThatGoesOn_BeginsWithTheLastWeights_NotWithTheBest()
    {
        var (passes, kept) = GoOn(from: 4, 5, 1, 4, 0.9, 0.8, 3, 3, 3, 3);
        CollectionAssert.AreEqual(new[] { 4, 5, 6, 7, 8 }, passes);
        Assert.AreEqual(5, kept);
    }

    [TestMethod]
    public void RunThatGoesOn_WithNoLossThatWasANumberYet_KeepsTheBestOfTheRest()
    {
        var (passes, kept) = GoOn(from: 2, double.NaN, 5, 3, 4);
        CollectionAssert.AreEqual(new[] { 2, 3, 4 }, passes);
        Assert.AreEqual(3, kept);
    }

    // Cut off in a pass, and trained again.
    private static (int[] Passes, int Kept) GoOn(int from, params double[] losses)
    {
        var folder = Directory.CreateTempSubdirectory("stop-");
        try
        {
            var options = Options(patience: 3);
            options.CheckpointDirectory = folder.FullName;
            using var stopped = Scripted(losses);
            Assert.ThrowsExactly<OperationCanceledException>(() => Train(stopped, options, losses.Length, stopAt: from));
            using var network = Scripted(losses);
            return ([.. Train(network, options, losses.Length).Select(pass => pass.Epoch)], network.Passes);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static LoopRow[] Rows { get; } = [.. Enumerable.Range(0, Judges).Select(row => new LoopRow { X = [1, row], Y = 1000 })];

    private static TrainingOptions Options(int patience)
    {
        // A gradient far above the clip: each pass, of one step, adds 1 to the weight.
        var options = LoopRun.Plain(1);
        (options.GradientClip, options.EarlyStopping) = (1, patience);
        return options;
    }

    private static (int Passes, int Kept) Train(int patience, params double[] losses)
    {
        using var network = Scripted(losses);
        return (Train(network, Options(patience), losses.Length).Count, network.Passes);
    }

    // Begins solved: pass 0 is before the first.
    private static (int Passes, int Kept) Train(int patience, Func<int, int, double> loss)
    {
        Func<int, double>[] losses = [row => loss(row, 1), row => loss(row, 2), row => loss(row, 3)];
        using var network = new Counter(losses, row => loss(row, 0));
        return (Train(network, Options(patience), 3).Count, network.Passes);
    }

    private static List<TrainingProgress> Train(Counter network, TrainingOptions options, int passes, int stopAt = 0)
    {
        LoopRow[] judges = [.. Rows.Select(row => new LoopRow { X = row.X, Y = 0 })];
        return LoopRun.Of(
            network, LoopRun.Squares, [.. Rows, .. judges], options, passes, batch: Rows.Length, held: judges.Length, stopAt: stopAt);
    }

    private static Counter Scripted(double[] losses) => new([.. losses.Select(loss => (Func<int, double>)(_ => loss))]);

    /// <summary>Its weight counts the passes, and by it the losses in validation are given.</summary>
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

        public int Passes => (int)Math.Round(weight.data<float>()[0]);

        public bool BeginsSolved => _solved is not null;

        // It is made solved.
        public void Solve(IEnumerable<(RowStore Store, ArraySegment<int> Rows, RowPart Part)> batches, bool ofAll)
        {
        }

        public override Tensor forward(InputBatch batch)
        {
            if (training)
            {
                return batch.Values.select(1, 0).narrow(1, 0, 1) * weight;
            }
            var loss = Passes == 0 ? _solved! : _losses[Passes - 1];
            var rows = batch.Values.select(1, 0).select(1, 1).contiguous().data<float>().ToArray();
            return tensor(rows.Select(row => (float)Math.Sqrt(loss((int)row))).ToArray()).unsqueeze(1);
        }
    }
}
