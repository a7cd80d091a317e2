using System.Globalization;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Samples.Tests;

[TestClass]
public sealed class DeepNetworksTests
{
    [TestMethod, Trained]
    public void NoArguments_AdvisesTrainsAndEndsWithTheFigures()
    {
        var run = ChildProcess.Run("DeepNetworks", "--seed", $"{TrainedSeed.From(1)}");

        Assert.AreEqual(0, run.ExitCode, run.Errors);
        Assert.AreEqual("", run.Errors);
        StringAssert.Contains(run.Output, "30 hidden layers of 64, ReLU");
        StringAssert.Contains(run.Output, "TorchDefault");
        var accuracy = run.OutputLines.Single(line => line.StartsWith("accuracy: ", StringComparison.Ordinal)).Split(": ")[1];
        TrainedBound.AtLeast(double.Parse(accuracy, CultureInfo.InvariantCulture), 0.75, "accuracy");
    }
}
