using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

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
            foreach (var (name, choose) in Choices(trainer, input))
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
        foreach (var (name, choose) in Choices(trainer, trainer.Input))
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
        foreach (var (name, choose) in Choices(trainer, trainer.Input))
        {
            var rows = trainer.Input.Rows(9, 2);
            using var first = new FittedToy(trainer, change: choose);
            using var second = new FittedToy(trainer, change: choose);
            Assert.AreEqual(first.Score(rows).Bits(), second.Score(rows).Bits(), name);
        }
    }

    /// <summary>The choices of a trainer that an input allows.</summary>
    internal static IEnumerable<(string Name, Action<TrainerOptions> Choose)> Choices(TrainerCase trainer, ToyInput input) =>
        trainer.LearnsInEpochs ? Named(trainer, input)
            .Append(("EnsembleSize = 3", options => ((NetworkTrainerOptions)options).EnsembleSize = 3)) : Named(trainer, input);

    private static IEnumerable<(string Name, Action<TrainerOptions> Choose)> Named(TrainerCase trainer, ToyInput input) =>
        from leaf in OptionLeaf.Of(trainer.Defaults().GetType())
        where leaf.Type.IsEnum || leaf.Type == typeof(bool)
        where leaf.Type != typeof(ComputeDevice)
        from value in leaf.Type.IsEnum ? Enum.GetValues(leaf.Type).Cast<object>() : [false, true]
        where !value.Equals(leaf.Get(trainer.Defaults()))
        where trainer.Task.IsClassification || value is not ClassWeighting.Balanced
        where value is not SequenceBase.RandomConvolution || !(input.IsTokens || trainer.Task is ForecastToy)
        // They need a guide, a teacher, or matrices and sizes that not every network here has: GuidedTrainingTests, DistilledTrainingTests, SparsityTests, SparseModelTests.
        where !leaf.Path.StartsWith("Training.Guidance.", StringComparison.Ordinal)
            && !leaf.Path.StartsWith("Training.Distillation.", StringComparison.Ordinal)
        where trainer.Task.IsClassification || leaf.Path != "Training.GradientNoise.Rescue"
        where value is not (SparsityMethod.SrSte or SparsityStructure or SparsityTargets)
        // Their scores at the start are all 0 in forecasters, whose outputs begin at 0, and may be in Lrcn's few channels: SparsityAtStartTests.
        where value is not (SparsityMethod.GraSP or SparsityMethod.SynFlow) || !(trainer.Task is ForecastToy || trainer.Name.StartsWith("Lrcn", StringComparison.Ordinal))
        select ($"{leaf.Path} = {value}", (Action<TrainerOptions>)(options => leaf.Set(options, value)));

    private static bool Near(float[][] expected, float[][] actual, double tolerance) =>
        expected.Zip(actual).All(pair => pair.First.Zip(pair.Second).All(values => Math.Abs(values.First - values.Second) <= tolerance));
}
