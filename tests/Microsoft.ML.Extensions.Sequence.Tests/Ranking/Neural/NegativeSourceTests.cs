namespace Microsoft.ML.Extensions.Sequence.Tests;

[TestClass]
public sealed class NegativeSourceTests
{
    // By descending BM25 for "wing": shorter documents rank higher.
    private static readonly string[] s_documents = ["wing", "wing plate", "wing plate heat", "wing plate heat slab", "shock", "layer"];

    [TestMethod]
    public void Bm25FindsWhatSharesWords_ButNotTheQuerysOwn()
    {
        CollectionAssert.AreEquivalent(new[] { "wing", "wing plate heat", "wing plate heat slab" }, Added(_ => { }));
        CollectionAssert.AreEqual(new[] { "wing plate heat" }, Added(options => (options.FirstRank, options.LastRank) = (2, 2)));
        Assert.HasCount(2, Added(options => options.Count = 2));
    }

    [TestMethod]
    public void WhatScoresAsHighAsTheRelevantOnes_IsLeftOut()
    {
        CollectionAssert.AreEquivalent(new[] { "wing plate heat", "wing plate heat slab" }, Added(options => options.RelativeMargin = .01));
        Assert.IsEmpty(Added(options => options.RelativeMargin = 1));
        Assert.IsEmpty(Added(options => options.MaxScore = -1));
    }

    [TestMethod]
    public void RandomOnesAreOfOtherQueries_AndTheSameEachTime()
    {
        var added = Added(options => (options.Source, options.Count) = (RankingNegatives.Random, 5));
        CollectionAssert.AreEquivalent(s_documents.Except(["wing plate"]).ToArray(), added);
        CollectionAssert.AreEqual(added, Added(options => (options.Source, options.Count) = (RankingNegatives.Random, 5)));
    }

    private static string[] Added(Action<NegativeOptions> change)
    {
        var ml = new MLContext(1);
        var options = new NeuralRankingOptions { Negatives = { Source = RankingNegatives.Bm25 } };
        change(options.Negatives);
        var view = ml.Data.LoadFromEnumerable(s_documents.Select(text => new { Query = "wing", Document = text, Label = 1f, Group = "q" }));
        var data = ml.Transforms.Conversion.MapValueToKey("GroupId", "Group").Fit(view).Transform(view);
        using var rows = new RankingRows(data, options.Roles, new RankingTask(options.Goal));
        var source = NegativeSource.Of(rows, options, 1, () => { });
        var group = new QueryGroup("wing");
        group.Documents.Add(new("wing plate", [], 1, 0));
        source.Add(group, 0);
        Assert.IsTrue(group.Documents.Skip(1).All(document => document.Label == 0));
        return [.. group.Documents.Skip(1).Select(document => document.Text)];
    }
}
