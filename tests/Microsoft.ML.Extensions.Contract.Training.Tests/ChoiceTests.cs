using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Training.Tests;

/// <summary>
/// Every value of every yes-or-no and named option of a trainer, and an ensemble of it, keep the promises that its defaults keep.
/// </summary>
[TestClass]
public sealed class ChoiceTests
{
    // One test, since both need a fit of each choice.
    [TestMethod, EveryTrainer]
    public void EveryChoice_IsReproducible_SurvivesSaving_AndLeavesNoTensorAlive(TrainerCase trainer)
    {
        var data = trainer.Load(new MLContext(1), 18);
        foreach (var (name, choose) in TrainerChoices.Of(trainer, trainer.Input))
        {
            LiveTensors.AssertNoneLeft(() =>
            {
                // A second fit of one context draws the context's next seed.
                var ml = new MLContext(1);
                using var model = trainer.Fit(ml, data, choose);
                using var again = trainer.Fit(new MLContext(1), data, choose);
                using var loaded = (IDisposable)ModelFile.Load(ml, ModelFile.Save(ml, model, data.Schema));
                var scores = trainer.Task.Scores(model.Transform(data)).Bits();
                Assert.AreEqual(scores, trainer.Task.Scores(again.Transform(data)).Bits(), $"{name}: a second fit");
                Assert.AreEqual(scores, trainer.Task.Scores(((ITransformer)loaded).Transform(data)).Bits(), $"{name}: the loaded model");
            });
        }
    }
}
