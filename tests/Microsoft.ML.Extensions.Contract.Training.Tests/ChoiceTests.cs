using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Training.Tests;

/// <summary>
/// Every value of every yes-or-no and named option of a trainer, and an ensemble of it, keep the promises that its defaults keep.
/// </summary>
[TestClass]
public sealed class ChoiceTests
{
    [TestMethod, EveryTrainer]
    public void EveryChoice_IgnoresPaddingAndNeighbours(TrainerCase trainer)
    {
        foreach (var input in trainer.Inputs.Where(input => input.Steps == 0))
        {
            foreach (var (name, choose) in TrainerChoices.Of(trainer, input))
            {
                using var toy = new FittedToy(trainer, input, choose);
                var rows = input.Rows(9, 2);
                var alone = rows.SelectMany(row => toy.Score([row])).ToArray();
                Assert.IsTrue(Near(alone, toy.Score(rows), trainer.Tolerance),
                    $"{name}, {input.Name}: a row's score depends on its neighbours.");
            }
        }
    }

    [TestMethod, EveryTrainer]
    public void EveryChoice_SurvivesSavingAndLeavesNoTensorAlive(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var data = trainer.Load(ml, 18);
        foreach (var (name, choose) in TrainerChoices.Of(trainer, trainer.Input))
        {
            LiveTensors.AssertNoneLeft(() =>
            {
                using var model = trainer.Fit(ml, data, choose);
                using var loaded = (IDisposable)ModelFile.Load(ml, ModelFile.Save(ml, model, data.Schema));
                var scores = trainer.Task.Scores(model.Transform(data));
                Assert.AreEqual(scores.Bits(), trainer.Task.Scores(((ITransformer)loaded).Transform(data)).Bits(), name);
            });
        }
    }

    [TestMethod, EveryTrainer]
    public void EveryChoice_IsReproducible(TrainerCase trainer)
    {
        foreach (var (name, choose) in TrainerChoices.Of(trainer, trainer.Input))
        {
            var rows = trainer.Input.Rows(9, 2);
            using var first = new FittedToy(trainer, change: choose);
            using var second = new FittedToy(trainer, change: choose);
            Assert.AreEqual(first.Score(rows).Bits(), second.Score(rows).Bits(), name);
        }
    }

    private static bool Near(float[][] expected, float[][] actual, double tolerance) =>
        expected.Zip(actual).All(pair => pair.First.Zip(pair.Second).All(values => Math.Abs(values.First - values.Second) <= tolerance));
}
