using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Contract.Training.Tests;

/// <summary>Rows held out decide when to stop, and nothing else is learned of them.</summary>
[TestClass]
public sealed class HoldOutTests
{
    private const double Fraction = 0.3;
    private const int Rows = 45;

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void RowsHeldOut_DoNotMoveWhatTheFirstEpochLearns(TrainerCase trainer)
    {
        var rows = trainer.Input.Rows(Rows, 1);
        var changed = trainer.Input.Rows(Rows, 1);
        var held = Enumerable.Range(0, Rows).Where(row => IsHeld(trainer, row)).ToArray();
        Assert.IsTrue(held.Length is > 5 and < 30);
        foreach (var row in held)
        {
            // Not so much that the loss would overflow, which would leave no best epoch.
            changed[row].Features = [.. changed[row].Features.Select(value => 100 * value)];
            changed[row].Number = 50;
            changed[row].Weight = 7;
        }
        CollectionAssert.AreEqual(Weights(trainer, rows), Weights(trainer, changed));
        changed[Enumerable.Range(0, Rows).First(row => !IsHeld(trainer, row))].Features[0] += 1;
        CollectionAssert.AreNotEqual(Weights(trainer, rows), Weights(trainer, changed));
    }

    [TestMethod, EveryTrainer(Classification = true, InEpochs = true)]
    public void ClassThatOnlyRowsHeldOutHave_DoesNotBreakTraining(TrainerCase trainer)
    {
        var rows = trainer.Input.Rows(Rows, 1);
        for (var row = 0; row < Rows; row++)
        {
            rows[row].Class = IsHeld(trainer, row) ? "rare" : rows[row].Class;
        }
        foreach (var weighting in Enum.GetValues<ClassWeighting>())
        {
            var ml = new MLContext(1);
            var progress = new ProgressList();
            using var model = trainer.Fit(ml, trainer.Load(ml, rows), options =>
            {
                Divide(options);
                (options.Training.ClassWeights, options.Training.Progress) = (weighting, progress);
            });
            Assert.IsTrue(progress.Epochs.All(epoch => epoch.ValidationLoss is { } loss && double.IsFinite(loss)));
            Assert.IsTrue(trainer.Task.Scores(model.Transform(trainer.Load(ml, rows))).All(scores => scores.All(float.IsFinite)));
        }
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void RowsOfAGroup_AreNeverInBothParts(TrainerCase trainer)
    {
        if (trainer.Task is ForecastToy)
        {
            Assert.Inconclusive("a forecaster takes groups for series, and holds out their ends");
        }
        var rows = trainer.Input.Rows(Rows, 1);
        var ml = new MLContext(1);
        for (var row = 0; row < Rows; row++)
        {
            rows[row].Id = $"group {row % 9}";
        }
        var data = ml.Transforms.Conversion.MapValueToKey("Group", "Id").Fit(trainer.Load(ml, rows)).Transform(trainer.Load(ml, rows));
        var lines = new List<string>();
        ml.Log += (_, message) => lines.Add(message.Message);
        using var model = trainer.Fit(ml, data, options =>
        {
            Divide(options);
            options.GroupColumnName = "Group";
        });
        Assert.IsTrue(lines.Any(line => line.Contains(
            "The model is trained on 30 of 45 rows, and 15 are held out: whole groups of the 9 in column 'Group'", StringComparison.Ordinal)));
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(ml, data, options => options.GroupColumnName = "Id"));
        StringAssert.Contains(e.Message, "Group column 'Id' must be a key");
    }

    // A forecaster's rows are one step apart here; the longest has ten steps, or as many as all have.
    private static bool IsHeld(TrainerCase trainer, int row)
    {
        if (trainer.Task is not ForecastToy)
        {
            return SeedSequence.Draws(1, row, Fraction);
        }
        return row >= Rows - (int)(Rows * Fraction);
    }

    private static byte[] Weights(TrainerCase trainer, ToyRow[] rows)
    {
        var ml = new MLContext(1);
        using var model = trainer.Fit(ml, trainer.Load(ml, rows), options =>
        {
            Divide(options);
            (options.Training.Epochs, options.ExampleWeightColumnName) = (1, "Weight");
        });
        return Safetensors.Save(model.Model.Network);
    }

    private static void Divide(NetworkTrainerOptions options) =>
        (options.Training.Seed, options.Training.ValidationFraction) = (1, Fraction);
}
