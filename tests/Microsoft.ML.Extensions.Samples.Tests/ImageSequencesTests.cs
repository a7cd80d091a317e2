using System.Globalization;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Samples.Tests;

[TestClass]
public sealed class ImageSequencesTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clips").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod, Trained]
    public void NoArguments_ClassifiesAndEndsWithTheFigures()
    {
        var run = ChildProcess.Run("ImageSequences", "--seed", $"{TrainedSeed.From(1)}");

        Assert.AreEqual(0, run.ExitCode, run.Errors);
        Assert.AreEqual("", run.Errors);
        StringAssert.Contains(run.Output, "SingleFrame");
        // Guessing has .25.
        TrainedBound.AtLeast(Figure(run, "accuracy"), 0.8, "accuracy");
    }

    [TestMethod]
    public void SavedModel_GivesTheSameFigures()
    {
        var model = Path.Combine(_folder, "model.zip");
        var saved = ChildProcess.Run("ImageSequences", ["--set", "Training.Epochs=1", "--no-baseline", "--save", model]);
        var loaded = ChildProcess.Run("ImageSequences", ["--load", model]);

        Assert.AreEqual(0, loaded.ExitCode, loaded.Errors);
        foreach (var figure in new[] { "accuracy", "macro_accuracy", "log_loss" })
        {
            Assert.AreEqual(Figure(saved, figure), Figure(loaded, figure));
        }
    }

    [TestMethod]
    public void FileOfSeries_IsNoArgument()
    {
        var run = ChildProcess.Run("ImageSequences", ["--train", "x.ts"]);

        Assert.AreEqual(1, run.ExitCode);
        Assert.HasCount(1, run.ErrorLines, run.Errors);
        StringAssert.Contains(run.Errors, "There is no argument '--train'");
    }

    private static double Figure(ChildProcess run, string name) => double.Parse(
        run.OutputLines.Single(line => line.StartsWith($"{name}: ", StringComparison.Ordinal))
            .Split(": ")[1], CultureInfo.InvariantCulture);
}
