using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Core.Tests.Shared;

[TestClass]
public sealed class PairedRanksTests
{
    [TestMethod]
    public void EqualValues_ShareTheMeanOfTheirRanks() =>
        CollectionAssert.AreEqual(new[] { 4, 1, 2.5, 2.5 }, PairedRanks.Ranks([0.1, 0.9, 0.5, 0.5]));

    [TestMethod]
    public void Wilcoxon_CountsTheSignsThatAreAsFarOff()
    {
        // All of n on one side: 2 of 2^n.
        Assert.AreEqual(2 / 32.0, PairedRanks.Wilcoxon([1, 2, 3, 4, 5]), 1e-12);
        // Ranks 1 to 5 with the smallest on the other side: sums of 0 and 1 from below, one way each.
        Assert.AreEqual(4 / 32.0, PairedRanks.Wilcoxon([-1, 2, 3, 4, 5]), 1e-12);
        // Of equal sizes each has rank 2, and one of three is on the other side: 0 in 1 way, 2 in 3 ways.
        Assert.AreEqual(1, PairedRanks.Wilcoxon([1, -1, 1]), 1e-12);
        Assert.AreEqual(1, PairedRanks.Wilcoxon([0, 0]), 1e-12);
        Assert.AreEqual(PairedRanks.Wilcoxon([1, 2, -3, 4]), PairedRanks.Wilcoxon([0, -1, -2, 0, 3, -4]), 1e-12);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => PairedRanks.Wilcoxon(Enumerable.Repeat(1.0, 31))).Message,
            "There are 31 differences");
    }

    // By hand: 3 * .01, max(.03, 2 * .02), max(.04, .5).
    [TestMethod]
    public void Holm_TakesTheProbabilitiesInTheirOrder()
    {
        var corrected = PairedRanks.Holm([0.5, 0.01, 0.02]);
        Assert.AreEqual(0.5, corrected[0], 1e-12);
        Assert.AreEqual(0.03, corrected[1], 1e-12);
        Assert.AreEqual(0.04, corrected[2], 1e-12);
        Assert.AreEqual(1, PairedRanks.Holm([0.6, 0.7])[0], 1e-12);
    }
}
