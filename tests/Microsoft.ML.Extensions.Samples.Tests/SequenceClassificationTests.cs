using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Samples.Tests;

[TestClass]
public sealed class SequenceClassificationTests
{
    private static readonly string[] FigureNames = ["accuracy", "macro_accuracy", "log_loss", "fit_seconds", "rows_per_second"];
    private static readonly string[] ShortTraining = ["--set", "Training.Epochs=1", "--no-baseline"];

    private readonly string _folder = Directory.CreateTempSubdirectory("samples").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod, Trained]
    public void NoArguments_TrainsComparesAndEndsWithTheFigures()
    {
        var run = Run("--seed", $"{TrainedSeed.From(1)}");

        Assert.AreEqual(0, run.ExitCode, run.Errors);
        Assert.AreEqual("", run.Errors);
        CollectionAssert.AreEqual(FigureNames, run.OutputLines.TakeLast(5).Select(line => line.Split(": ")[0]).ToArray());
        TrainedBound.AtLeast(Figure(run, "accuracy"), 0.95, "accuracy");
        Assert.IsGreaterThan(0, Figure(run, "fit_seconds"));
        StringAssert.Contains(run.Output, "LightGBM");
        StringAssert.Contains(run.Output, "Saved and loaded");
        Assert.DoesNotContain("\u001b", run.Output, "A bar or colour in output that is no terminal.");
    }

    [TestMethod]
    public void SaveThenLoad_GivesTheSameQuality_WithoutTraining()
    {
        var model = Path.Combine(_folder, "model.zip");
        var saved = Run([.. ShortTraining, "--save", model]);
        var loaded = Run("--load", model);

        Assert.AreEqual(0, loaded.ExitCode, loaded.Errors);
        CollectionAssert.AreEqual(saved.OutputLines[^5..^2], loaded.OutputLines[^5..^2]);
        Assert.AreEqual(0, Figure(loaded, "fit_seconds"));
    }

    [TestMethod]
    public void FilesOfUnequalLength_AreClassified_WithoutFlatFeatures()
    {
        var file = WriteTs(
            "unequal.ts", "@problemName Steps", "@univariate true", "@equalLength false", "@classLabel true up down", "@data",
            "0,1,2,3:up", "3,2,1:down", "1,2,3,4,5:up", "5,3,1:down", "2,3,4:up", "4,2,0,-2:down");
        var run = Run("--train", file, "--test", file, "--set", "Training.Epochs=2");

        Assert.AreEqual(0, run.ExitCode, run.Errors);
        StringAssert.Contains(run.Output, "LightGBM is left out");
    }

    [TestMethod]
    public void FilesOfEqualLength_AreComparedWithTheBaseline()
    {
        var file = WriteTs(
            "equal.ts", "@dimensions 2", "@equalLength true", "@seriesLength 3", "@classLabel true up down", "@data",
            "0,1,2:3,4,5:up", "3,2,1:0,0,0:down", "1,2,3:0,1,4:up", "5,3,1:9,8,7:down");
        var run = Run("--train", file, "--test", file, "--set", "Training.Epochs=2");

        Assert.AreEqual(0, run.ExitCode, run.Errors);
        StringAssert.Contains(run.Output, "LightGBM");
        Assert.DoesNotContain("left out", run.Output);
    }

    [TestMethod]
    public void FileWithoutClasses_IsRefused()
    {
        var file = WriteTs("targets.ts", "@problemName Steps", "@univariate true", "@targetLabel true", "@data", "0,1,2:0.5", "3,2,1:0.7");
        AssertRefused(Run("--train", file, "--test", file), "no classes");
    }

    [TestMethod]
    public void DamagedFile_IsRefusedWithItsLine()
    {
        var file = WriteTs("damaged.ts", "@univariate true", "@classLabel true up down", "@data", "0,1,2:up", "3,x,1:down");
        AssertRefused(Run("--train", file, "--test", file), "damaged.ts");
    }

    [TestMethod]
    public void FileThatIsNoModel_IsRefused()
    {
        var file = WriteTs("model.zip", "no model");
        AssertRefused(Run("--load", file), "model.zip");
    }

    [TestMethod]
    [DataRow("--set Trainig.Epochs=3", "Training.Epochs")]
    [DataRow("--set HiddenSize=0", "HiddenSize is 0")]
    [DataRow("--train nowhere.ts --test nowhere.ts", "'nowhere.ts'")]
    [DataRow("--frobnicate", "'--frobnicate'")]
    public void WrongArguments_AreOneLineAndExitCodeOne(string args, string hint) => AssertRefused(Run(args.Split(' ')), hint);

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void Interrupt_StopsTrainingWithOneLine()
    {
        using var checkpoints = new FileSystemWatcher(_folder);
        string[] args = ["--set", "Base=None", "--set", "Training.Epochs=10000", "--set", $"Training.CheckpointDirectory={_folder}"];
        AssertRefused(ChildProcess.Run("SequenceClassification", args, process => InterruptAfterAnEpoch(process, checkpoints)),
            "cancelled");
    }

    [TestMethod]
    public void Help_NamesEveryOption()
    {
        var run = Run("--help");

        Assert.AreEqual(0, run.ExitCode);
        foreach (var option in (
            string[])["--train", "--test", "--trainer", "--set", "--seed", "--save", "--load", "--no-baseline", "ParaRnn"])
        {
            StringAssert.Contains(run.Output, option);
        }
    }

    private static ChildProcess Run(params string[] args) => ChildProcess.Run("SequenceClassification", args);

    private static void InterruptAfterAnEpoch(Process process, FileSystemWatcher checkpoints)
    {
        Assert.IsFalse(checkpoints.WaitForChanged(WatcherChangeTypes.All, timeout: 60_000).TimedOut, "No checkpoint was written.");
        Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();
    }

    private static void AssertRefused(ChildProcess run, string hint)
    {
        Assert.AreEqual(1, run.ExitCode);
        Assert.HasCount(1, run.ErrorLines, run.Errors);
        StringAssert.Contains(run.Errors, hint);
    }

    private static double Figure(ChildProcess run, string name) =>
        double.Parse(
            run.OutputLines.Single(line => line.StartsWith($"{name}: ", StringComparison.Ordinal))[(name.Length + 2)..],
            CultureInfo.InvariantCulture);

    private string WriteTs(string name, params string[] lines)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllLines(path, lines);
        return path;
    }
}
