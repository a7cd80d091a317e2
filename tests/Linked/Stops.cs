namespace Microsoft.ML.Extensions.Tests;

/// <summary>Cancels a computation at one of its looks at whether it was cancelled.</summary>
internal static class Stops
{
    /// <summary>Cancels it at some of its looks, and asserts that it ends there and leaves no tensor.</summary>
    /// <param name="run">The computation, of what it looks with.</param>
    /// <param name="every">Which looks: the first, and each so many after it.</param>
    /// <param name="least">How often it looks at least when nothing cancels it.</param>
    public static void AssertAtEach(Action<Action> run, int every, int least)
    {
        var all = 0;
        run(() => all++);
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
