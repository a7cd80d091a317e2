using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Too little memory is an exception that says what was wanted, and the program goes on.</summary>
[TestClass]
public sealed class MemoryTests
{
    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow("ParaRnn, multiclass")]
    [DataRow("Lssl, binary")]
    [DataRow("Aaren, regression")]
    [DataRow("Recurrent, multiclass")]
    [DataRow("Lrcn, multiclass")]
    public void Training_SaysWhatWasWanted(string trainer) =>
        AssertSaysWhatWasWanted(
            $"Training the {trainer.Split(',')[0]} network on column 'Features' needs ", MemoryVictim.Training, trainer);

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow("ParaRnn, multiclass")]
    [DataRow("Lssl, binary")]
    [DataRow("Aaren, regression")]
    [DataRow("Recurrent, multiclass")]
    [DataRow("SingleLayerTransformer, multiclass")]
    public void Scoring_SaysWhatWasWanted(string trainer) =>
        AssertSaysWhatWasWanted("Scoring 1 rows of up to 10000000 steps of column 'Features' needs ", MemoryVictim.Scoring, trainer);

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void RunOfAModel_SaysWhatWasWanted() =>
        AssertSaysWhatWasWanted("Running the model over 1 rows of up to 16384 tokens needs ", MemoryVictim.Circuit);

    // The heap of .NET, in which C# kernels compute, keeps to a limit of its own.
    private const string MostOfHeap = "0x30000000";

    private static readonly (string, string)[] Unlimited = [];

    private static void AssertSaysWhatWasWanted(string what, params string[] arguments)
    {
        // The runtime itself cannot go on, nor can oneDNN, where it cannot map a page to compile into.
        var run = ChildProcess.Run(
            "Microsoft.ML.Extensions.Contract.Tests", [MemoryVictim.Command, .. arguments], _ => { }, null,
            [("DOTNET_EnableWriteXorExecute", "0"), .. arguments[0] == MemoryVictim.Scoring ? [("DOTNET_GCHeapHardLimit", MostOfHeap)] : Unlimited]);
        Assert.AreEqual(0, run.ExitCode, run.Output + run.Errors);
        Assert.HasCount(1, run.OutputLines);
        StringAssert.StartsWith(run.OutputLines[0], what);
        StringAssert.Contains(run.OutputLines[0], " bytes more than this machine has");
    }
}
