using TorchSharp;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>Counts the tensors that this thread made and nobody freed.</summary>
internal static class LiveTensors
{
    /// <summary>Runs something and asserts that it left no tensor alive.</summary>
    public static void AssertNoneLeft(Action action)
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        action();
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount, "tensors are left alive");
    }
}
