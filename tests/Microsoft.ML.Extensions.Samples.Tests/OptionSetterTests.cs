using System.Globalization;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples.Tests;

[TestClass]
public sealed class OptionSetterTests
{
    private readonly ParaRnnOptions _options = new();

    [TestMethod]
    public void Set_TakesNumbersBooleansEnumsAndText()
    {
        Set("HiddenSize=32", "Dropout=2.5e-1", "Bidirectional=false", "Cell=Lstm", "ScoreColumnName=My score");

        Assert.AreEqual(32, _options.HiddenSize);
        Assert.AreEqual(0.25, _options.Dropout);
        Assert.IsFalse(_options.Bidirectional);
        Assert.AreEqual(ParaRnnCell.Lstm, _options.Cell);
        Assert.AreEqual("My score", _options.ScoreColumnName);
    }

    [TestMethod]
    public void Set_ReachesNestedOptions_AndIgnoresCaseAndSpaces()
    {
        Set("training.EPOCHS = 20", "Training.Optimizer=adamw");

        Assert.AreEqual(20, _options.Training.Epochs);
        Assert.AreEqual(OptimizerKind.AdamW, _options.Training.Optimizer);
    }

    [TestMethod]
    public void Set_TakesNullableValuesAndNull()
    {
        Set("Training.ValidationFraction=0.2", "Training.Seed=7");
        Assert.AreEqual(0.2, _options.Training.ValidationFraction);

        Set("Training.ValidationFraction=null");
        Assert.IsNull(_options.Training.ValidationFraction);
        Assert.AreEqual(7, _options.Training.Seed);
    }

    [TestMethod]
    public void Set_KeepsEqualSignsOfTheValue()
    {
        Set("FeatureColumnName=a=b");
        Assert.AreEqual("a=b", _options.FeatureColumnName);
    }

    [TestMethod]
    public void Set_ReadsNumbersTheSameInEveryCulture()
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "," } };
            Set("Training.LearningRate=0.001");
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
        Assert.AreEqual(0.001, _options.Training.LearningRate);
    }

    [TestMethod]
    public void Set_CreatesANestedObjectThatIsMissing()
    {
        _options.Training = null!;
        Set("Training.Epochs=3");
        Assert.AreEqual(3, _options.Training.Epochs);
    }

    [TestMethod]
    [DataRow("Trainig.Epochs=3", "Trainig.Epochs", "Training.Epochs")]
    [DataRow("hidensize=3", "hidensize", "HiddenSize")]
    [DataRow("Training=3", "Training", "Training.")]
    [DataRow("Training.Progress=x", "Training.Progress", "Training.")]
    public void Set_UnknownName_IsRefusedWithTheNearestOnes(string assignment, string got, string nearest)
    {
        var error = Assert.ThrowsExactly<UsageException>(() => Set(assignment));
        StringAssert.Contains(error.Message, $"'{got}'");
        StringAssert.Contains(error.Message, nearest);
    }

    [TestMethod]
    [DataRow("HiddenSize=many", "HiddenSize is 'many'", "a whole number, 1 to 8192")]
    [DataRow("HiddenSize=1.5", "'1.5'", "a whole number")]
    [DataRow("HiddenSize=99999999999", "'99999999999'", "a whole number")]
    [DataRow("Dropout=0,1", "'0,1'", "a number, 0 to 0.95")]
    [DataRow("Training.LearningRate=fast", "'fast'", "a number, above 0 to 10")]
    [DataRow("Bidirectional=1", "'1'", "true or false")]
    [DataRow("Cell=Rnn", "'Rnn'", "one of Gru, Lstm")]
    [DataRow("Cell=0", "'0'", "one of Gru, Lstm")]
    [DataRow("Training.Seed=x", "'x'", "a whole number, or null")]
    [DataRow("HiddenSize=null", "'null'", "a whole number")]
    public void Set_WrongValue_SaysWhatItGotAndWhatIsAllowed(string assignment, string got, string allowed)
    {
        var error = Assert.ThrowsExactly<UsageException>(() => Set(assignment));
        StringAssert.Contains(error.Message, got);
        StringAssert.Contains(error.Message, allowed);
    }

    [TestMethod]
    [DataRow("HiddenSize")]
    [DataRow("=3")]
    [DataRow("")]
    public void Set_NoAssignment_IsRefused(string assignment)
    {
        var error = Assert.ThrowsExactly<UsageException>(() => Set(assignment));
        StringAssert.Contains(error.Message, "Option=Value");
    }

    private void Set(params string[] assignments)
    {
        foreach (var assignment in assignments)
        {
            OptionSetter.Set(_options, assignment);
        }
    }
}
