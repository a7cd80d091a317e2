using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Samples.Tests;

[TestClass]
public sealed class CustomCellTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cell").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod, Trained]
    public void NoArguments_TrainsBothCellsAndEndsWithTheFigures()
    {
        var run = ChildProcess.Run("CustomCell", "--seed", $"{TrainedSeed.From(1)}");

        Assert.AreEqual(0, run.ExitCode, run.Errors);
        Assert.AreEqual("", run.Errors);
        StringAssert.Contains(run.Output, "as good as before");
        StringAssert.Contains(run.Output, "ParaGru");
        var accuracy = run.OutputLines.Single(line => line.StartsWith("accuracy: ", StringComparison.Ordinal)).Split(": ")[1];
        TrainedBound.AtLeast(double.Parse(accuracy, System.Globalization.CultureInfo.InvariantCulture), 0.95, "accuracy");
    }

    [TestMethod]
    public void SavedModel_LoadsWhereTheCellIsRegistered_AndSaysSoWhereItIsNot()
    {
        var model = Path.Combine(_folder, "model.zip");
        var saved = ChildProcess.Run("CustomCell", ["--set", "Training.Epochs=1", "--no-baseline", "--save", model]);
        var loaded = ChildProcess.Run("CustomCell", ["--load", model]);
        var stranger = ChildProcess.Run("SequenceClassification", ["--load", model]);

        Assert.AreEqual(0, loaded.ExitCode, loaded.Errors);
        CollectionAssert.AreEqual(saved.OutputLines[^5..^2], loaded.OutputLines[^5..^2]);
        Assert.AreEqual(1, stranger.ExitCode);
        Assert.HasCount(1, stranger.ErrorLines, stranger.Errors);
        StringAssert.Contains(stranger.Errors, "ParaRnnCells.Register<TCell>(\"MinimalGatedUnit\")");
    }
}
