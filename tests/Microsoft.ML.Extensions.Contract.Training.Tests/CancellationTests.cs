using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Training.Tests;

/// <summary>A run that is told to stop does so within a batch, and leaves nothing alive.</summary>
[TestClass]
public sealed class CancellationTests
{
    [TestMethod, EveryTrainer(InEpochs = true)]
    public void TokenCancelledAfterAnEpoch_StopsTheNext(TrainerCase trainer)
    {
        using var source = new CancellationTokenSource();
        AssertStopsAfterOnePass(trainer, new MLContext(1), source.Token, source.Cancel);
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void ContextCancelledAfterAnEpoch_StopsTheNext(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        AssertStopsAfterOnePass(trainer, ml, default, ml.Cancel);
    }

    [TestMethod, EveryTrainer]
    public void TokenCancelledBefore_StopsBeforeAnyRowIsRead(TrainerCase trainer) =>
        Assert.AreEqual(0, RowsRead(trainer, new MLContext(1), new CancellationToken(canceled: true), cancelAt: int.MaxValue, () => { }));

    [TestMethod, EveryTrainer]
    public void TokenCancelledWhileRowsAreRead_StopsAtTheNextRow(TrainerCase trainer)
    {
        using var source = new CancellationTokenSource();
        Assert.IsLessThanOrEqualTo(6, RowsRead(trainer, new MLContext(1), source.Token, cancelAt: 5, source.Cancel));
    }

    [TestMethod, EveryTrainer]
    public void ContextCancelledWhileRowsAreRead_StopsAtTheNextRow(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        Assert.IsLessThanOrEqualTo(6, RowsRead(trainer, ml, default, cancelAt: 5, ml.Cancel));
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void TokenCancelledInMidEpoch_StopsWithinABatch(TrainerCase trainer)
    {
        const int rows = LongToy.RowsBeyondOneMegabyte;
        using var source = new CancellationTokenSource();
        var read = RowsRead(trainer, new MLContext(1), source.Token, cancelAt: rows + 7, source.Cancel, LongToy.Rows(rows), LongToy.Input);
        Assert.IsLessThanOrEqualTo(rows + 8, read);
    }

    private static void AssertStopsAfterOnePass(TrainerCase trainer, MLContext ml, CancellationToken token, Action cancel)
    {
        var data = trainer.Load(ml, 18);
        var progress = new ProgressList(_ => cancel());
        LiveTensors.AssertNoneLeft(() => Assert.Throws<OperationCanceledException>(() => trainer.Fit(ml, data, options =>
            (options.Training.Epochs, options.Training.Progress, options.Training.CancellationToken) = (1000, progress, token))));
        Assert.HasCount(1, progress.Epochs);
    }

    private static TrainerOptions Cancelled(TrainerCase trainer, CancellationToken token)
    {
        var options = trainer.Tiny(options => options.Training.MemoryBudgetMegabytes = 1);
        options.SetCancellation(token);
        return options;
    }

    // How often a row's features were asked for until the run stopped.
    private static int RowsRead(
        TrainerCase trainer, MLContext ml, CancellationToken token, int cancelAt, Action cancel, ToyRow[]? rows = null,
            ToyInput? input = null)
    {
        var counting = new CountingView(trainer.Load(ml, rows ?? trainer.Input.Rows(18, 1), input), "Features", count =>
        {
            if (count == cancelAt)
            {
                cancel();
            }
        });
        LiveTensors.AssertNoneLeft(
            () => Assert.Throws<OperationCanceledException>(() => trainer.Create(ml, Cancelled(trainer, token)).Fit(counting)));
        return counting.Reads;
    }
}
