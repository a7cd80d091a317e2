namespace Microsoft.ML.Extensions.Sequence.Tests;

[TestClass]
public sealed class MinedNegativesTests
{
    // Two documents of the query, the first relevant, and four of its pool; the query is example 3.
    private static readonly float[] s_labels = [1, -4, 0, -4, 0, 1, 0, 1, 0, 1, 0, 1];

    [TestMethod]
    public void Hardest_AreThoseOfThePoolByScore_WithinTheLimits()
    {
        float[] scores = [.5f, 9, .2f, .8f, .1f, .4f];
        CollectionAssert.AreEqual(new[] { 3, 5 }, Hardest(scores, new() { Count = 2 }));
        CollectionAssert.AreEqual(new[] { 5, 2 }, Hardest(scores, new() { FirstRank = 2, LastRank = 3 }));
        CollectionAssert.AreEqual(new[] { 2, 4 }, Hardest(scores, new() { MaxScore = .3 }));
        CollectionAssert.AreEqual(new[] { 5, 2, 4 }, Hardest(scores, new() { RelativeMargin = .1 }));
        CollectionAssert.AreEqual(new[] { 2, 4 }, Hardest(scores, new() { RelativeMargin = .5 }));
    }

    [TestMethod]
    public void AMargin_IsBelowAScoreBelowZero()
    {
        float[] scores = [-1, 0, -1.05f, -1.2f, -3, -.9f];
        CollectionAssert.AreEqual(new[] { 3, 4 }, Hardest(scores, new() { RelativeMargin = .1 }));
    }

    [TestMethod]
    public void AQueryWithoutARelevantDocument_HasNoneBelowAMargin()
    {
        float[] labels = [0, -1, 0, 1];
        Assert.IsEmpty(MinedNegatives.Hardest([1, 0], labels, new() { RelativeMargin = .1 }));
        Assert.IsEmpty(MinedNegatives.Hardest([1, 0], labels, new() { RelativeMargin = 0 }));
    }

    [TestMethod]
    public void Chosen_AreTheQuerysOwn_AndThoseMinedOrTheFirstOfThePool()
    {
        Assert.AreEqual(3, MinedNegatives.Example(s_labels));
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3 }, MinedNegatives.Chosen(s_labels, 2, [], 2));
        CollectionAssert.AreEqual(new[] { 0, 1, 5, 3 }, MinedNegatives.Chosen(s_labels, 2, [5, 3, -1], 2));
        CollectionAssert.AreEqual(new[] { 0, 1 }, MinedNegatives.Chosen(s_labels, 2, [-1], 2));
    }

    private static int[] Hardest(float[] scores, NegativeOptions options) => MinedNegatives.Hardest(scores, s_labels, options);
}
