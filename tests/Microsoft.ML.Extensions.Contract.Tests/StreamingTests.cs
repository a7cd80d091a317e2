using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Data beyond the memory budget is read again in every epoch.</summary>
[TestClass]
public sealed class StreamingTests
{
    private const int Rows = LongToy.RowsBeyondOneMegabyte;

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void DataBeyondTheBudget_AreReadInEveryEpoch_AndOnceWithinIt(TrainerCase trainer)
    {
        Assert.AreEqual(Rows * (1 + 2), Reads(trainer, megabytes: 1));
        Assert.AreEqual(Rows, Reads(trainer, megabytes: 100));
    }

    [TestMethod, Trained, EveryTrainer(InEpochs = true)]
    public void DataBeyondTheBudget_AreLearnedFrom(TrainerCase trainer)
    {
        var ml = new MLContext(TrainedSeed.From(1));
        using var model = trainer.Create(
            ml, trainer.Learning(options => (options.Training.Epochs, options.Training.MemoryBudgetMegabytes) = (20, 1)))
            .Fit(trainer.Load(ml, LongToy.Rows(Rows, TrainedSeed.From(1)), LongToy.Input));
        var test = trainer.Load(ml, LongToy.Rows(180, TrainedSeed.From(2)), LongToy.Input);
        // One of 64 channels tells the level, which few rows do not teach every network well; rows that are not learned from leave it at 0.
        TrainedBound.Above(trainer.Task.Skill(ml, model.Transform(test)), 0.3, "skill");
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void StreamedTraining_IsReproducible(TrainerCase trainer) => Scores.AssertSame(Fit(trainer), Fit(trainer));

    private static int Reads(TrainerCase trainer, int megabytes)
    {
        var ml = new MLContext(1);
        var counting = new CountingView(trainer.Load(ml, LongToy.Rows(Rows), LongToy.Input), "Features");
        using var model = trainer.Fit(
            ml, counting, options => (options.Training.Epochs, options.Training.MemoryBudgetMegabytes) = (2, megabytes));
        return counting.Reads;
    }

    private static float[][] Fit(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var data = trainer.Load(ml, LongToy.Rows(Rows), LongToy.Input);
        using var model = trainer.Fit(ml, data, options => (options.Training.Epochs, options.Training.MemoryBudgetMegabytes) = (2, 1));
        return trainer.Task.Scores(model.Transform(data));
    }
}
