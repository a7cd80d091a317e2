using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Training.Tests;

[TestClass]
public sealed class TrainingTests
{
    [TestMethod, EveryTrainer(InEpochs = true)]
    public void Log_HasALineAnEpoch_AndProgressIsReportedAsOften(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var lines = new List<string>();
        ml.Log += (_, message) => lines.Add(message.Message);
        var progress = new ProgressList();
        using var model = trainer.Fit(
            ml, trainer.Load(ml, 18), options => (options.Training.Epochs, options.Training.Progress) = (4, progress));
        CollectionAssert.AreEqual(new[] { 1, 2, 3, 4 }, progress.Epochs.Select(epoch => epoch.Epoch).ToArray());
        Assert.IsTrue(progress.Epochs.All(
            epoch => epoch.Epochs == 4 && epoch.ValidationLoss is null && double.IsFinite(epoch.TrainLoss) && epoch.RowsPerSecond > 0));
        for (var epoch = 1; epoch <= 4; epoch++)
        {
            Assert.AreEqual(1, lines.Count(line => line.Contains($"Epoch {epoch} of 4", StringComparison.Ordinal)));
        }
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void Networks_AreTrainedOneAfterAnother_AndAllKept(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var data = trainer.Load(ml, 18);
        var progress = new ProgressList();
        using var one = trainer.Fit(ml, data);
        using var three = trainer.Fit(ml, data, options => (options.EnsembleSize, options.Training.Progress) = (3, progress));
        Assert.AreEqual(3 * one.Model.ParameterCount, three.Model.ParameterCount);
        CollectionAssert.AreEqual(Enumerable.Range(1, 9).ToArray(), progress.Epochs.Select(epoch => epoch.Epoch).ToArray());
        Assert.IsTrue(progress.Epochs.All(epoch => epoch.Epochs == 9));
    }

    [TestMethod, Trained, EveryTrainer(InEpochs = true)]
    public void Loss_Falls(TrainerCase trainer)
    {
        // Without training it is 1.
        const double Bound = 0.95;
        foreach (var optimizer in Enum.GetValues<OptimizerKind>())
        {
            var fallen = Fallen(optimizer, TrainedSeed.From(1));
            // Momentum was seen to leave a forecaster of four channels (Lrcn) at the mean: then another network has to learn.
            TrainedBound.Below(fallen < Bound ? fallen
                : Fallen(optimizer, TrainedSeed.From(2)), Bound, $"loss over that of the first epoch, {optimizer}");
        }

        double Fallen(OptimizerKind optimizer, int seed)
        {
            var ml = new MLContext(seed);
            var progress = new ProgressList();
            using var model = trainer.Fit(ml, trainer.Load(ml, 45, seed), options =>
            {
                (options.Training.Epochs, options.Training.Optimizer, options.Training.Progress) = (20, optimizer, progress);
                options.Training.LearningRate = optimizer switch { OptimizerKind.Sgd => 0.5, OptimizerKind.Momentum => 0.05, _ => 0.02 };
            });
            return progress.Epochs[^1].TrainLoss / progress.Epochs[0].TrainLoss;
        }
    }

    [TestMethod, EveryTrainer]
    public void RowsOfWeightZero_AreAsIfTheyWereNotThere(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var kept = trainer.Input.Rows(27, 1);
        var ignored = trainer.Input.Rows(9, 2);
        Array.ForEach(ignored, row => (row.Weight, row.Number, row.Features) = (0, 1000, [.. row.Features.Select(value => value + 50)]));
        var test = trainer.Load(ml, 9, seed: 3);
        using var without = trainer.Fit(ml, trainer.Load(ml, kept), Weighted);
        using var with = trainer.Fit(ml, trainer.Load(ml, [.. ignored, .. kept]), Weighted);
        Scores.AssertSame(trainer.Task.Scores(without.Transform(test)), trainer.Task.Scores(with.Transform(test)));
    }

    [TestMethod, Trained, EveryTrainer]
    public void HeavierRows_Win(TrainerCase trainer)
    {
        var ml = new MLContext(TrainedSeed.From(1));
        var honest = trainer.Input.Rows(36, TrainedSeed.From(1));
        var lying = trainer.Input.Rows(36, TrainedSeed.From(1));
        Array.ForEach(lying, row => (row.Class, row.Flag, row.Number) = (row.Class == "low" ? "high" : "low", !row.Flag, 20 - row.Number));
        TrainedBound.Above(Skill(honestWeight: 20, lyingWeight: 1), 0.3, "skill of heavy honest rows");
        TrainedBound.Below(Skill(honestWeight: 1, lyingWeight: 20), 0, "skill of heavy lying rows");

        double Skill(float honestWeight, float lyingWeight)
        {
            Array.ForEach(honest, row => row.Weight = honestWeight);
            Array.ForEach(lying, row => row.Weight = lyingWeight);
            using var model = trainer.Create(ml, trainer.Learning(Weighted)).Fit(trainer.Load(ml, [.. honest, .. lying]));
            return trainer.Task.Skill(ml, model.Transform(trainer.Load(ml, 36, TrainedSeed.From(3))));
        }
    }

    [TestMethod, Trained, EveryTrainer(Classification = true, InEpochs = true)]
    public void BalancedClassWeights_FindMoreOfTheRareClass(TrainerCase trainer)
    {
        const int TestRows = 200;
        TrainedBound.Above(Found(ClassWeighting.Balanced) - Found(ClassWeighting.None), 0.05,
            "part of the rows found beyond that without weights");

        double Found(ClassWeighting weighting)
        {
            var ml = new MLContext(TrainedSeed.From(1));
            using var model = trainer.Create(
                ml, trainer.Learning(options => (options.Training.Epochs, options.Training.ClassWeights) = (6, weighting)))
                .Fit(trainer.Load(ml, Imbalanced(trainer, common: 360, rare: 40, seed: TrainedSeed.From(1))));
            var scores = trainer.Task.Scores(
                model.Transform(trainer.Load(ml, Imbalanced(trainer, common: 1, rare: TestRows, seed: TrainedSeed.From(2)))));
            return scores.Skip(1).Count(IsRare) / (double)TestRows;
        }
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void Divergence_StopsAndSaysWhatToChange(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var rows = trainer.Input.Rows(18, 1);
        Array.ForEach(rows, row => row.Number *= 1e3f);
        var e = Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(ml, trainer.Load(ml, rows), options =>
        {
            (options.Training.LearningRate, options.Training.GradientClip, options.Training.Optimizer) = (10, 0, OptimizerKind.Sgd);
            (options.Training.Epochs, options.Training.WeightDecay, options.Training.Schedule) = (500, 10, LearningRateSchedule.Constant);
        }));
        foreach (var advice in new[] { "diverged", "Training.LearningRate (now 10)", "Training.GradientClip (now 0)" })
        {
            StringAssert.Contains(e.Message, advice);
        }
    }

    private static void Weighted(TrainerOptions options)
    {
        options.ExampleWeightColumnName = "Weight";
        options.SetSeed(TrainedSeed.From(1));
    }

    // Two classes that overlap almost wholly: without weights the rare one is hardly ever the likelier.
    private static ToyRow[] Imbalanced(TrainerCase trainer, int common, int rare, int seed)
    {
        var rows = trainer.Input.Rows(9 * (common + rare), seed).Where((_, index) => index % 9 == 4).ToArray();
        for (var i = 0; i < rows.Length; i++)
        {
            var isRare = i >= common;
            (rows[i].Class, rows[i].Flag) = isRare ? ("high", true) : ("low", false);
            rows[i].Features = [.. rows[i].Features.Select(value => value + (isRare ? 0.1f : 0))];
        }
        return rows;
    }

    // The class "high" is the third of three; true has a positive score.
    private static bool IsRare(float[] scores) => scores.Length == 3 ? scores[2] > scores[0] && scores[2] > scores[1] : scores[0] > 0;
}
