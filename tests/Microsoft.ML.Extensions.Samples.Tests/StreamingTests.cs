using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Samples.Tests;

[TestClass]
public sealed class StreamingTests
{
    [TestMethod]
    public void NoArguments_StreamsRestoresAndEndsWithTheFigures()
    {
        var run = ChildProcess.Run("Streaming", []);

        Assert.AreEqual(0, run.ExitCode, run.Errors);
        StringAssert.Contains(run.Output, "continues as before");
        var figures = run.OutputLines.TakeLast(6).ToArray();
        Assert.AreEqual(Value(figures, "accuracy_of_whole_rows"), Value(figures, "accuracy"));
        StringAssert.StartsWith(figures[5], "speed_over_scoring_anew: ");
    }

    [TestMethod]
    public void NetworkThatNeedsWholeRows_IsRefusedInOneLine()
    {
        var run = ChildProcess.Run("Streaming", ["--set", "Base=None", "--set", "Pooling=Segments", "--set", "Training.Epochs=1"]);

        Assert.AreEqual(1, run.ExitCode);
        Assert.HasCount(1, run.ErrorLines, run.Errors);
        StringAssert.Contains(run.Errors, "Pooling is Segments");
    }

    private static string Value(string[] figures, string name) =>
        figures.Single(line => line.StartsWith($"{name}: ", StringComparison.Ordinal)).Split(": ")[1];
}
