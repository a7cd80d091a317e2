namespace Microsoft.ML.Extensions.Tests;

/// <summary>Cancels a computation at one of its checks for cancellation.</summary>
internal static class Stops
{
    /// <summary>Cancels it at some of its checks, and asserts that it ends there and leaves no tensor.</summary>
    /// <param name="run">The computation, given its check.</param>
    /// <param name="every">The checks to cancel at: the first, and every n-th after it.</param>
    /// <param name="least">The least number of checks when it is not cancelled.</param>
    public static void AssertAtEach(Action<Action> run, int every, int least)
    {
        var all = 0;
        LiveTensors.AssertNoneLeft(() => run(() => all++));
        Assert.IsGreaterThanOrEqualTo(least, all);
        for (var look = 1; look <= all; look += every)
        {
            var looks = 0;
            LiveTensors.AssertNoneLeft(() => Assert.ThrowsExactly<OperationCanceledException>(() => run(() =>
            {
                if (++looks == look)
                {
                    throw new OperationCanceledException();
                }
            })));
            Assert.AreEqual(look, looks);
        }
    }
}
