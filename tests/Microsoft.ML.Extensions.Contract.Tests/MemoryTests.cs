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
    public void TooLittleMemory_IsAnExceptionThatSaysWhatWasWanted(string trainer)
    {
        // The runtime itself cannot go on, nor can oneDNN, where it cannot map a page to compile into.
        var run = ChildProcess.Run(
            "Microsoft.ML.Extensions.Contract.Tests", [MemoryVictim.Command, trainer], _ => { }, environment: ("DOTNET_EnableWriteXorExecute", "0"));
        Assert.AreEqual(0, run.ExitCode, run.Output + run.Errors);
        Assert.HasCount(1, run.OutputLines);
        StringAssert.Contains(run.OutputLines[0], $"Training the {trainer.Split(',')[0]} network on column 'Features' wants ");
        StringAssert.Contains(run.OutputLines[0], " bytes more than there is");
    }
}
