using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>ML.NET's own tools on a trainer of the pack.</summary>
[TestClass]
public sealed class ToolTests
{
    [TestMethod, Trained, EveryTrainer(OneTask = true)]
    public void Evaluate_OnHeldOutRows_ShowsSkill(TrainerCase trainer)
    {
        foreach (var input in trainer.Inputs)
        {
            var ml = new MLContext(TrainedSeed.From(1));
            using var model = trainer.Create(ml, trainer.Learning()).Fit(trainer.Load(ml, 90, TrainedSeed.From(1), input));
            TrainedBound.Above(trainer.Task.Skill(ml, model.Transform(trainer.Load(ml, 90, TrainedSeed.From(2), input))), 0.5,
                $"skill, {input.Name}");
        }
    }

    [TestMethod, EveryTrainer]
    public void CrossValidate_GivesAModelAFold(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var data = trainer.Load(ml, 45);
        var models = trainer.Task.CrossValidate(ml, data, trainer.Create(ml, trainer.Tiny()), folds: 2);
        Assert.HasCount(2, models);
        Scores.AssertDifferent(trainer.Task.Scores(models[0].Transform(data)), trainer.Task.Scores(models[1].Transform(data)));
    }

    [TestMethod, EveryTrainer]
    public void FeatureImportance_NamesTheSlots(TrainerCase trainer)
    {
        if (!trainer.Task.HasImportance)
        {
            Assert.Inconclusive("ML.NET measures no feature importance of this task");
        }
        var ml = new MLContext(1);
        var data = trainer.Load(ml, 27, input: ToyInput.Flat);
        var chain = ml.Transforms.CopyColumns("Copy", "Features").Append(trainer.Create(ml, trainer.Tiny())).Fit(data);
        CollectionAssert.AreEquivalent(
            Enumerable.Range(0, ToyInput.Flat.Steps).Select(step => $"step {step}")
                .ToArray(), trainer.Task.ImportantFeatures(ml, chain, data).ToArray());
    }

    [TestMethod, EveryTrainer]
    public void FeatureImportance_TakesTheTransformerItself(TrainerCase trainer)
    {
        if (!trainer.Task.HasImportance)
        {
            Assert.Inconclusive("ML.NET measures no feature importance of this task");
        }
        var ml = new MLContext(1);
        var data = trainer.Load(ml, 27, input: ToyInput.Flat);
        using var model = trainer.Fit(ml, data);
        Assert.AreEqual(ToyInput.Flat.Steps, trainer.Task.CountFeatures(ml, model, data));
    }

    [TestMethod, Trained, EveryTrainer]
    public void SplitData_TrainsAndScores(TrainerCase trainer)
    {
        var ml = new MLContext(TrainedSeed.From(1));
        var split = ml.Data.TrainTestSplit(trainer.Load(ml, 180, TrainedSeed.From(1)), 0.5);
        using var model = trainer.Create(ml, trainer.Learning()).Fit(split.TrainSet);
        TrainedBound.Above(trainer.Task.Skill(ml, model.Transform(split.TestSet)), 0.3, "skill");
    }

    [TestMethod, EveryTrainer]
    public void ScoredData_SurvivesTheBinaryFormat(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        using var toy = new FittedToy(trainer);
        var scored = toy.Transform(trainer.Input.Rows(300, 2));
        var path = Path.GetTempFileName();
        using (var stream = File.Create(path))
        {
            ml.Data.SaveAsBinary(scored, stream);
        }
        var read = ml.Data.LoadFromBinary(path);
        Scores.AssertSame(trainer.Task.Scores(scored), trainer.Task.Scores(read));
        Assert.AreEqual(scored.Schema["Score"].Type, read.Schema["Score"].Type);
        File.Delete(path);
    }

    [TestMethod, EveryTrainer]
    public void OneEstimator_FitsAgain_AlsoToOtherData(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var (data, other) = (trainer.Load(ml, 18), trainer.Load(ml, 27, input: ToyInput.Flat));
        var estimator = trainer.Create(ml, trainer.Tiny(options => options.SetSeed(1)));
        using var first = estimator.Fit(data);
        using var between = estimator.Fit(other);
        using var second = estimator.Fit(data);
        Scores.AssertSame(trainer.Task.Scores(first.Transform(data)), trainer.Task.Scores(second.Transform(data)));
    }

    [TestMethod, EveryTrainer]
    public void Info_AsksForNeitherNormalisationNorCaching(TrainerCase trainer)
    {
        var info = trainer.Create(new MLContext(1), trainer.Tiny()).Info;
        Assert.AreEqual((false, false), (info.NeedNormalization, info.WantCaching));
    }

    [TestMethod, Trained, EveryTrainer(InEpochs = true)]
    public void EarlyStopping_RestoresTheBestWeights(TrainerCase trainer)
    {
        const int patience = 3;
        var ml = new MLContext(TrainedSeed.From(1));
        var progress = new ProgressList();
        var options = (NetworkTrainerOptions)trainer.Tiny(o =>
            (o.Training.Epochs, o.Training.EarlyStopping, o.Training.LearningRate, o.Training.Progress) = (200, patience, 0.05, progress));
        var (train, validation) = (
            trainer.Load(ml, 36, TrainedSeed.From(1)), trainer.Load(ml, Mislabelled(trainer.Input.Rows(36, TrainedSeed.From(2)))));
        using var model = trainer.Fit(ml, options, train, validation);
        var losses = progress.Epochs.Select(epoch => epoch.ValidationLoss!.Value).ToList();
        var best = losses.IndexOf(losses.Min());
        Assert.HasCount(best + 1 + patience, losses, "training did not stop at the patience after the best epoch");
        TrainedBound.Below(losses.Count, 200, "epochs");
        TrainedBound.Near(0, (losses[best] - trainer.Task.Loss(model.Transform(validation), train)) / Math.Max(1, losses[best]), 1e-4,
            "loss beside that of the best epoch");
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void ValidationFraction_KeepsRowsAside(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var progress = new ProgressList();
        using var model = trainer.Fit(
            ml, trainer.Load(ml, 90), options => (options.Training.ValidationFraction, options.Training.Progress) = (0.3, progress));
        Assert.IsTrue(progress.Epochs.All(epoch => epoch.ValidationLoss is > 0));
    }

    // Labels that training can only come to contradict, so that the validation loss soon rises.
    private static ToyRow[] Mislabelled(ToyRow[] rows)
    {
        Array.ForEach(rows, row => (row.Class, row.Flag, row.Number) = (row.Class == "low" ? "high" : "low", !row.Flag, 20 - row.Number));
        return rows;
    }
}
