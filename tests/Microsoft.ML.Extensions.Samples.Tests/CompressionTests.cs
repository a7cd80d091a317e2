using System.Globalization;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Samples.Tests;

[TestClass]
public sealed class CompressionTests
{
    [TestMethod, Trained]
    public void NoArguments_MakeAnEnsembleSmaller_AndEndWithTheFigures()
    {
        using var report = new TempFile("");
        var run = ChildProcess.Run(
            "Compression", "--seed", $"{TrainedSeed.From(1)}", "--report", report.Path, "--set", "Candidates=3", "--set", "CandidateEpochs=4", "--set", "FinalEpochs=8");

        Assert.AreEqual(0, run.ExitCode, run.Errors);
        Assert.AreEqual("", run.Errors);
        var figures = run.OutputLines.TakeLast(4).Select(line => line.Split(": "))
            .ToDictionary(pair => pair[0], pair => double.Parse(pair[1], CultureInfo.InvariantCulture));
        CollectionAssert.AreEqual(new[] { "teacher_accuracy", "student_accuracy", "parameters_ratio", "rows_per_second_ratio" }, figures.Keys.ToArray());
        TrainedBound.AtLeast(figures["teacher_accuracy"], 0.9, "the teacher's accuracy");
        TrainedBound.AtLeast(figures["student_accuracy"], 0.8, "the student's accuracy");
        Assert.IsLessThan(0.6, figures["parameters_ratio"]);
        StringAssert.Contains(File.ReadAllText(report.Path), "<svg");
    }
}
