using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Core.Tests.Training;

[TestClass]
public sealed class SeedSequenceTests
{
    [TestMethod]
    public void Derive_OfTheSamePair_IsTheSame() => Assert.AreEqual(SeedSequence.Derive(5, 7), SeedSequence.Derive(5, 7));

    [TestMethod]
    public void Derive_OfOtherPairs_Differs_AndIsNeverNegative()
    {
        int[] seeds = [0, 1, 2, -1, int.MinValue, int.MaxValue];
        var derived = seeds.SelectMany(seed => Enumerable.Range(0, 1000).Select(index => SeedSequence.Derive(seed, index))).ToArray();
        Assert.IsTrue(derived.All(value => value >= 0));
        Assert.HasCount(derived.Length, derived.ToHashSet());
    }

    [TestMethod]
    [DataRow(0.1)]
    [DataRow(0.5)]
    [DataRow(0.9)]
    public void Draws_TakesAboutTheFraction(double fraction)
    {
        var drawn = Enumerable.Range(0, 20_000).Count(row => SeedSequence.Draws(3, row, fraction));
        Assert.AreEqual(fraction, drawn / 20_000.0, 0.02);
    }

    [TestMethod]
    public void Draws_OfNothing_TakesNothing() => Assert.IsFalse(Enumerable.Range(0, 20_000).Any(row => SeedSequence.Draws(3, row, 0)));
}
