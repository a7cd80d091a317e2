using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

[TestClass]
public sealed class ThreadCountTests
{
    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void NumberOfThreadsOfTheProcess_HoldsOnANewThread()
    {
        var child = ChildProcess.Run(
            "Microsoft.ML.Extensions.Contract.Tests", [HeldThreadsVictim.Command], _ => { }, null, ("OMP_NUM_THREADS", "1"));
        Assert.AreEqual(0, child.ExitCode, child.Errors);
        CollectionAssert.AreEqual(new[] { $"1 {HeldThreadsVictim.Threads}" }, child.OutputLines);
    }
}
