using Microsoft.ML.Extensions.Networks;

namespace Microsoft.ML.Extensions.Core.Tests.Networks;

[TestClass]
public sealed class NetworkMemoryTests
{
    [TestMethod]
    public void WeightsThatFitWithTheirCopies_AreAllowed_AndOneMoreIsRefusedWithTheSum()
    {
        using var limit = NetworkMemory.Limit(available: 1 << 20, copies: 4);
        NetworkMemory.Ask(256, 128);
        NetworkMemory.Ask(256, 128);
        var e = Assert.ThrowsExactly<InvalidOperationException>(() => NetworkMemory.Ask(1));
        foreach (var fragment in new[] { "65,537 weights", "4 numbers each", "1 MB", "narrower" })
        {
            StringAssert.Contains(e.Message, fragment);
        }
    }

    [TestMethod]
    public void SizesBeyondAnyInteger_AreRefusedToo()
    {
        using var limit = NetworkMemory.Limit(long.MaxValue, copies: 1);
        Assert.ThrowsExactly<InvalidOperationException>(() => NetworkMemory.Ask(long.MaxValue, long.MaxValue));
    }

    [TestMethod]
    public void MoreWeightsThanAFileHolds_AreRefused_AndAsManyAreNot()
    {
        using var limit = NetworkMemory.OfFile(numbers: 1000);
        NetworkMemory.Ask(10, 100);
        var e = Assert.ThrowsExactly<FormatException>(() => NetworkMemory.Ask(1));
        StringAssert.Contains(e.Message, "1,001 weights");
        StringAssert.Contains(e.Message, "the file holds 1,000");
    }

    [TestMethod]
    public void GuideThatDoesNotFitBesideTheTraining_IsRefusedAsSuch()
    {
        using var limit = NetworkMemory.OfGuide(available: 4000, () => { });
        NetworkMemory.Ask(10, 100);
        var e = Assert.ThrowsExactly<InvalidOperationException>(() => NetworkMemory.Ask(1));
        StringAssert.Contains(e.Message, "Training.Guidance.Guide is too large: 1,001 weights");
    }

    [TestMethod]
    public void FitThatWasCancelled_MakesNoFurtherWeight()
    {
        using var source = new CancellationTokenSource();
        using var limit = NetworkMemory.Limit(long.MaxValue, copies: 1, source.Token.ThrowIfCancellationRequested);
        NetworkMemory.Ask(1);
        NetworkMemory.CheckAlive();
        source.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => NetworkMemory.Ask(1));
        Assert.ThrowsExactly<OperationCanceledException>(NetworkMemory.CheckAlive);
    }

    [TestMethod]
    public void WithoutALimit_AndAfterIt_NothingIsRefused()
    {
        using (NetworkMemory.Limit(available: 1, copies: 1))
        {
            Assert.ThrowsExactly<InvalidOperationException>(() => NetworkMemory.Ask(1));
        }
        NetworkMemory.Ask(long.MaxValue);
    }
}
