using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Core.Tests.Training;

[TestClass]
public sealed class FitProgressTests
{
    private static TrainingProgress Result { get; } = new(0, 0, 0.5, 0.6, 0.01, 100) { ValidationAccuracy = 0.75 };

    [TestMethod]
    public void Epochs_OfNetworksSideBySide_AreAddedUp()
    {
        var told = new List<(int, int)>();
        using var progress = new FitProgress("Toy", 3, []);
        Tell(0, 1);
        Tell(1, 1);
        Tell(0, 2);
        // An early stop counts as all epochs.
        progress.End(0, 10);
        Tell(1, 2);
        CollectionAssert.AreEqual(new[] { (1, 30), (2, 30), (3, 30), (12, 30) }, told);

        void Tell(int network, int epochs) => progress.Report(network, epochs, 10, (done, all) => told.Add((done, all)));
    }

    [TestMethod]
    public void History_HasEveryEpochWithItsNetwork()
    {
        using var progress = new FitProgress("Toy", 2, []);
        Epoch(progress, network: 0, epochs: 1);
        Epoch(progress, network: 1, epochs: 1);
        Epoch(progress, network: 0, epochs: 2);
        CollectionAssert.AreEqual(
            new[] { (1, 1, 1), (2, 2, 1), (3, 1, 2) }, progress.History.Select(epoch => (epoch.Epoch, epoch.Network, epoch.NetworkEpoch)).ToArray());
        Assert.IsTrue(progress.History.All(epoch => epoch is { Epochs: 20, TrainLoss: 0.5, ValidationLoss: 0.6, ValidationAccuracy: 0.75 }));
    }

    [TestMethod]
    public void TimeLeft_IsOfTheEpochsOfThisRun()
    {
        using var progress = new FitProgress("Toy", 1, []);
        // A checkpoint had nine of ten.
        progress.Report(0, 9, 100, (_, _) => { });
        Thread.Sleep(20);
        Epoch(progress, network: 0, epochs: 10, all: 100);
        Assert.IsGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(20 * 90), progress.History[0].TimeLeft);
        Epoch(progress, network: 0, epochs: 100, all: 100);
        Assert.AreEqual(TimeSpan.Zero, progress.History[1].TimeLeft);
    }

    [TestMethod]
    public void Watchers_GetEpochsAndBatches_AndTheEnd()
    {
        var watcher = new Watcher();
        using (var progress = new FitProgress("Toy", 2, [watcher]))
        {
            progress.Batch(0, 0.5, 10);
            progress.Batch(1, 0.25, 10);
            Epoch(progress, network: 0, epochs: 1);
            progress.Batch(1, 0.5, 10);
        }
        CollectionAssert.AreEqual(new[] { "0.5/20", "0.75/20", "epoch 1", "1.5/20", "end" }, watcher.Seen);
    }

    private static void Epoch(FitProgress progress, int network, int epochs, int all = 10) =>
        progress.Epoch(network, epochs, all, rows: 8, TimeSpan.FromSeconds(1), Result, _ => { });

    private sealed class Watcher : IFitWatcher
    {
        public List<string> Seen { get; } = [];

        public void Epoch(TrainingProgress progress) => Seen.Add($"epoch {progress.Epoch}");

        public void Batch(double epochs, int all) => Seen.Add(FormattableString.Invariant($"{epochs}/{all}"));

        public void Dispose() => Seen.Add("end");
    }
}
