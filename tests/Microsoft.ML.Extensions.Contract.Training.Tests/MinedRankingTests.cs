using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Training.Tests;

/// <summary>Negatives that the network in training mines itself.</summary>
[TestClass]
public sealed class MinedRankingTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mined-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    // At a rate at which no weight changes, a loss changes with the documents alone.
    [TestMethod, Trained]
    public void AMining_TakesTheHardest_InTrainingAlone()
    {
        var losses = Losses(options => { });
        Assert.AreEqual(losses[0].TrainLoss, losses[1].TrainLoss, 1e-6, "none before the first mining");
        TrainedBound.Above(losses[2].TrainLoss - losses[1].TrainLoss, 0.01, "loss of the hardest above that of random ones");
        Assert.AreEqual(losses[2].TrainLoss, losses[3].TrainLoss, 1e-6, "the same until the next");
        Assert.AreEqual(losses[0].ValidationLoss!.Value, losses[2].ValidationLoss!.Value, 1e-6, "queries held out keep theirs");
        double Saved(Action<NegativeOptions> change) => losses[2].TrainLoss - Losses(change)[2].TrainLoss;
        TrainedBound.Above(Saved(options => options.FirstRank = 15), 0.01, "loss that later ranks save");
        TrainedBound.Above(Saved(options => options.RelativeMargin = 0.2), 0.01, "loss that a margin saves");
        TrainedBound.Above(losses[1].TrainLoss - Losses(options => options.MaxScore = -1e6)[2].TrainLoss, 0, "loss without any below that of random ones");
    }

    [TestMethod]
    [DataRow(RankingNegatives.Bm25)]
    [DataRow(RankingNegatives.Random)]
    public void ARunThatGoesOnBetweenTwoMinings_GivesTheSameModel(RankingNegatives pool)
    {
        var ml = new MLContext(1);
        var data = RankingToy.Load(ml, RankingToy.Rows(8));
        void Change(NeuralRankingOptions options) => Mine(options, negatives => negatives.Pool = pool);

        using var whole = RankingToy.Fit(ml, data, Change);
        using var source = new CancellationTokenSource();
        Assert.ThrowsExactly<OperationCanceledException>(() => RankingToy.Fit(ml, data, options =>
        {
            Change(options);
            (options.Training.CheckpointDirectory, options.Training.CancellationToken) = (_folder, source.Token);
            options.Training.Progress = new Reports(progress =>
            {
                if (progress.Epoch == 3)
                {
                    source.Cancel();
                }
            });
        }));
        Assert.HasCount(1, Directory.GetFiles(_folder));
        using var resumed = RankingToy.Fit(ml, data, options =>
        {
            Change(options);
            options.Training.CheckpointDirectory = _folder;
        });
        CollectionAssert.AreEqual(RankingToy.Scores(ml, whole, data), RankingToy.Scores(ml, resumed, data));
    }

    // Data beyond the budget is read again in every epoch.
    [TestMethod]
    public void DataThatIsReadAgain_IsMinedAlike()
    {
        var ml = new MLContext(1);
        var rows = RankingToy.Rows(400);
        Array.ForEach(rows, row => row.Document = string.Join(' ', Enumerable.Repeat(row.Document, 2)));
        var data = RankingToy.Load(ml, rows);
        float[] Scores(int budget)
        {
            using var model = RankingToy.Fit(ml, data, options =>
            {
                Mine(options, negatives => (negatives.Pool, negatives.PoolSize) = (RankingNegatives.Random, 60));
                // A batch of all queries, so that the blocks that they are read in do not decide the steps.
                (options.Training.MemoryBudgetMegabytes, options.Training.Epochs) = (budget, 3);
                (options.Training.BatchSize, options.Training.ValidationFraction, options.Training.LearningRate) = (400, 0, 1e-9);
            });
            return RankingToy.Scores(ml, model, RankingToy.Load(ml, rows[..60]));
        }
        foreach (var (one, other) in Scores(1).Zip(Scores(1000)))
        {
            Assert.AreEqual(one, other, 1e-4f);
        }
    }

    [TestMethod]
    [DataRow("so nothing would be mined", 6, RankingNegatives.Mined, RankingNegatives.Bm25, 20, 1)]
    [DataRow("PoolSize and MiningEpochs are for Source Mined, and it is Bm25", 2, RankingNegatives.Bm25, RankingNegatives.Bm25, 20, 1)]
    [DataRow("Pool is Given", 2, RankingNegatives.Mined, RankingNegatives.Given, 20, 1)]
    [DataRow("FirstRank is 30 and PoolSize is 20", 2, RankingNegatives.Mined, RankingNegatives.Bm25, 20, 30)]
    public void MiningThatCannotBe_IsRefused(
        string fragment, int epochs, RankingNegatives source, RankingNegatives pool, int size, int first)
    {
        var options = RankingToy.Tiny(options => Mine(options, negatives =>
            (negatives.MiningEpochs, negatives.Source, negatives.Pool, negatives.PoolSize, negatives.FirstRank) =
                (epochs, source, pool, size, first)));
        var refused = Assert.ThrowsExactly<ArgumentException>(() => new MLContext(1).Ranking.Trainers.NeuralRanking(options));
        StringAssert.Contains(refused.Message, fragment);
    }

    // The number of epochs is chosen from the data.
    [TestMethod]
    public void MiningAfterMoreEpochsThanAreChosen_IsRefused()
    {
        var ml = new MLContext(1);
        var refused = Assert.ThrowsExactly<InvalidOperationException>(() => RankingToy.Fit(ml, RankingToy.Load(ml, RankingToy.Rows(6)), options =>
        {
            Mine(options, negatives => negatives.MiningEpochs = 5000);
            options.Training.Epochs = 0;
        }));
        StringAssert.Contains(refused.Message, "mines after every 5000, so it would mine nothing");
    }

    private static TrainingProgress[] Losses(Action<NegativeOptions> change)
    {
        var ml = new MLContext(1);
        var reports = new List<TrainingProgress>();
        using var model = RankingToy.Fit(ml, RankingToy.Load(ml, RankingToy.Rows(20)), options =>
        {
            Mine(options, change);
            (options.Training.LearningRate, options.Training.ValidationFraction) = (1e-9, 0.2);
            options.Training.Progress = new Reports(reports.Add);
        });
        return [.. reports];
    }

    private static void Mine(NeuralRankingOptions options, Action<NegativeOptions> change)
    {
        options.Training.Epochs = 5;
        var negatives = options.Negatives;
        (negatives.Source, negatives.MiningEpochs, negatives.PoolSize, negatives.Count) = (RankingNegatives.Mined, 2, 20, 4);
        change(negatives);
    }

    private sealed class Reports(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
