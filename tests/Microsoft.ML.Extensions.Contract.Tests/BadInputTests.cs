using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Every refusal names the culprit and says what to do.</summary>
[TestClass]
public sealed class BadInputTests
{
    private static readonly MLContext Ml = new(1);

    [TestMethod, EveryTrainer]
    public void FeatureColumnThatIsNotThere_IsNamedWithThoseThatAre(TrainerCase trainer) => AssertRefused<ArgumentOutOfRangeException>(
        trainer, options => options.FeatureColumnName = "Nope", "Feature column 'Nope' was not found", "'Features'");

    [TestMethod, EveryTrainer]
    public void LabelColumnThatIsNotThere_IsNamedWithThoseThatAre(TrainerCase trainer) => AssertRefused<ArgumentOutOfRangeException>(
        trainer, options => options.LabelColumnName = "Nope", "Label column 'Nope' was not found", "'Label'");

    [TestMethod, EveryTrainer]
    public void TextAsFeatures_IsRefusedByTypeWithWhatIsTaken(TrainerCase trainer) => AssertRefused<ArgumentOutOfRangeException>(
        trainer, options => options.FeatureColumnName = "Class", "Feature column 'Class' must be", "String");

    [TestMethod, EveryTrainer]
    public void VectorOfText_IsRefusedByTypeWithWhatIsTaken(TrainerCase trainer) => AssertRefused<ArgumentOutOfRangeException>(
        trainer, options => options.FeatureColumnName = "Words", "Feature column 'Words' must be", "String");

    [TestMethod, EveryTrainer]
    public void OneNumberAsFeatures_IsRefusedByTypeWithWhatIsTaken(TrainerCase trainer) => AssertRefused<ArgumentOutOfRangeException>(
        trainer, options => options.FeatureColumnName = "Number", "Feature column 'Number' must be", "Single");

    [TestMethod, EveryTrainer]
    public void LabelOfAnotherTask_IsRefusedByTypeWithWhatIsTaken(TrainerCase trainer)
    {
        foreach (var wrong in new[] { "Class", "Flag", "Number" }.Where(name => name != trainer.Task.Source || name == "Class"))
        {
            AssertRefused<ArgumentOutOfRangeException>(
                trainer, options => options.LabelColumnName = wrong, $"Label column '{wrong}' must be", "got");
        }
    }

    [TestMethod, EveryTrainer]
    public void EveryPromise_IsRefusedAsTheFitIs(TrainerCase trainer)
    {
        var shape = Data(trainer, 9).Schema.Shape();
        foreach (var (feature, label) in new[] { ("Nope", "Label"), ("Class", "Label"), ("Features", "Nope"), ("Features", "Words") })
        {
            var estimator = trainer.Create(
                Ml, trainer.Tiny(options => (options.FeatureColumnName, options.LabelColumnName) = (feature, label)));
            var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(shape));
            StringAssert.Contains(e.Message, label == "Label" ? $"'{feature}'" : $"'{label}'");
        }
    }

    [TestMethod, EveryTrainer]
    public void OneNameForTwoColumnsOfScores_IsRefused(TrainerCase trainer)
    {
        if (trainer.Task.Outputs.Count > 1)
        {
            AssertRefused<ArgumentException>(
                trainer, options => options.PredictedLabelColumnName = "Score", "Two of the columns that scoring adds are called 'Score'");
            var estimator = trainer.Create(Ml, trainer.Tiny((TrainerOptions options) => options.PredictedLabelColumnName = "Score"));
            Assert.ThrowsExactly<ArgumentException>(() => estimator.GetOutputSchema(Data(trainer, 9).Schema.Shape()));
        }
    }

    [TestMethod, EveryTrainer]
    public void WeightColumnThatIsNotThere_IsNamed(TrainerCase trainer) => AssertRefused<ArgumentOutOfRangeException>(
        trainer, options => options.ExampleWeightColumnName = "Nope", "Example weight column 'Nope' was not found");

    [TestMethod, EveryTrainer]
    public void WeightOfAnotherType_IsRefused(TrainerCase trainer) => AssertRefused<ArgumentOutOfRangeException>(
        trainer, options => options.ExampleWeightColumnName = "Class", "Example weight column 'Class' must be a Single");

    [TestMethod, EveryTrainer]
    public void WeightThatIsNoWeight_IsRefusedByColumnAndRow(TrainerCase trainer)
    {
        foreach (var weight in new[] { -1, float.NaN, float.PositiveInfinity })
        {
            var rows = trainer.Input.Rows(9, 1);
            rows[4].Weight = weight;
            AssertRefused<InvalidDataException>(
                trainer, options => options.ExampleWeightColumnName = "Weight", rows, "Column 'Weight', row 4", "finite and not negative");
        }
    }

    [TestMethod, EveryTrainer]
    public void WeightsThatAreAllZero_LeaveNothingToLearnFrom(TrainerCase trainer)
    {
        var rows = trainer.Input.Rows(9, 1);
        Array.ForEach(rows, row => row.Weight = 0);
        AssertRefused<InvalidOperationException>(
            trainer, options => options.ExampleWeightColumnName = "Weight", rows, "no rows", "'Weight'");
    }

    [TestMethod, EveryTrainer]
    public void DataWithoutRows_LeaveNothingToLearnFrom(TrainerCase trainer) =>
        AssertRefused<InvalidOperationException>(trainer, _ => { }, [], "no rows", "at least one");

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void ValidationDataWithoutRows_AreRefused(TrainerCase trainer)
    {
        var e = Assert.Throws<InvalidOperationException>(
            () => trainer.Fit(Ml, (NetworkTrainerOptions)trainer.Tiny(), Data(trainer, 9), Data(trainer, 0)));
        StringAssert.Contains(e.Message, "no rows");
        Assert.Throws<ArgumentNullException>(() => trainer.Fit(Ml, (NetworkTrainerOptions)trainer.Tiny(), Data(trainer, 9), null!));
    }

    [TestMethod, EveryTrainer]
    public void LabelsThatAreAllMissing_AreRefusedByColumn(TrainerCase trainer)
    {
        var rows = WithoutLabel(trainer.Input.Rows(9, 1));
        if (trainer.Task == BinaryToy.Instance)
        {
            Array.ForEach(rows, row => row.Flag = true);
            AssertRefused<InvalidOperationException>(trainer, _ => { }, rows, "Label column 'Label' has only one class", "at least two");
        }
        else
        {
            AssertRefused<InvalidOperationException>(trainer, _ => { }, rows, "Label column 'Label' is missing in all 9 rows");
        }
    }

    [TestMethod, EveryTrainer(Classification = true)]
    public void OneClassOnly_IsRefusedByColumn(TrainerCase trainer)
    {
        var rows = trainer.Input.Rows(9, 1);
        Array.ForEach(rows, row => (row.Class, row.Flag) = ("low", false));
        AssertRefused<InvalidOperationException>(
            trainer, _ => { }, rows, "Label column 'Label' has only one class among its 9 rows", "at least two");
    }

    [TestMethod, EveryTrainer]
    public void RowsWithoutALabel_AreLeftOut(TrainerCase trainer)
    {
        if (trainer.Task == BinaryToy.Instance)
        {
            Assert.Inconclusive("a label of Boolean is never missing");
        }
        var kept = trainer.Input.Rows(18, 1);
        using var whole = trainer.Fit(Ml, trainer.Load(Ml, kept), options => options.SetSeed(1));
        using var mixed = trainer.Fit(
            Ml, trainer.Load(Ml, [.. WithoutLabel(trainer.Input.Rows(5, 2)), .. kept]), options => options.SetSeed(1));
        var test = Data(trainer, 9);
        Scores.AssertSame(trainer.Task.Scores(whole.Transform(test)), trainer.Task.Scores(mixed.Transform(test)));
    }

    [TestMethod, EveryTrainer]
    public void TargetThatIsInfinite_IsRefusedByColumn(TrainerCase trainer)
    {
        if (trainer.Task.IsClassification)
        {
            Assert.Inconclusive("a class is never infinite");
        }
        var rows = trainer.Input.Rows(9, 1);
        rows[3].Number = float.PositiveInfinity;
        AssertRefused<InvalidOperationException>(trainer, _ => { }, rows, "Label column 'Label' has an infinite value");
    }

    private static ToyRow[] WithoutLabel(ToyRow[] rows)
    {
        Array.ForEach(rows, row => (row.Class, row.Number) = ("unheard of", float.NaN));
        return rows;
    }

    private static IDataView Data(TrainerCase trainer, int rows) => trainer.Load(Ml, rows);

    private static void AssertRefused<TException>(TrainerCase trainer, Action<TrainerOptions> change, params string[] fragments)
        where TException : Exception => AssertRefused<TException>(trainer, change, trainer.Input.Rows(9, 1), fragments);

    private static void AssertRefused<TException>(
        TrainerCase trainer, Action<TrainerOptions> change, ToyRow[] rows, params string[] fragments) where TException : Exception
    {
        var data = trainer.Load(Ml, rows);
        LiveTensors.AssertNoneLeft(() =>
        {
            var e = Assert.ThrowsExactly<TException>(() => trainer.Fit(Ml, data, change));
            Array.ForEach(fragments, fragment => StringAssert.Contains(e.Message, fragment));
        });
    }
}
