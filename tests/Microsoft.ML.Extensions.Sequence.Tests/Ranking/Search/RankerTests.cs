using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests;

[TestClass]
public sealed class RankerTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void DocumentsAreFoundByTheirWords()
    {
        using var ranker = Filled();
        Assert.AreEqual(3, ranker.Count);
        CollectionAssert.AreEqual(new[] { "wing", "plate" }, Ids(ranker.Rank("flows past wings")));
        CollectionAssert.AreEqual(new[] { "wing" }, Ids(ranker.Rank("flows past wings", top: 1)));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("the of .,;")]
    [DataRow("zeppelin")]
    public void AQueryWithoutAWordOfTheCollectionFindsNothing(string query)
    {
        using var ranker = Filled(new Reverse("r"));
        Assert.IsEmpty(ranker.Rank(query));
        using var empty = _ml.Ranking.CreateRanker();
        Assert.IsEmpty(empty.Rank("wing"));
    }

    [TestMethod]
    public void DocumentsComeAndGo()
    {
        using var ranker = Filled();
        Assert.IsTrue(ranker.Remove("wing"));
        Assert.IsFalse(ranker.Remove("wing"));
        CollectionAssert.AreEqual(new[] { "plate" }, Ids(ranker.Rank("flow past wings")));
        ranker.Add("wing", "another wing");
        CollectionAssert.AreEqual(new[] { "wing", "plate" }, Ids(ranker.Rank("flow past wings")).Order().Reverse().ToArray());
    }

    [TestMethod]
    public void TheSecondStageOrdersWhatTheFirstFound()
    {
        using var ranker = Filled(new Reverse("r"));
        var found = ranker.Rank("flow past wings");
        CollectionAssert.AreEqual(new[] { "plate", "wing" }, Ids(found));
        Assert.AreEqual(-"flow past a flat plate".Length, found[0].Score);
    }

    [TestMethod]
    public void BothStagesAreMixedOnOneScale()
    {
        using var ranker = _ml.Ranking.CreateRanker(new() { SecondStageWeight = .25 }, new Reverse("r"));
        ranker.Add("a", "x x x x x long long");
        ranker.Add("b", "x");
        var found = ranker.Rank("x long");
        CollectionAssert.AreEqual(new[] { "a:0.75", "b:0.25" },
            found.Select(document => FormattableString.Invariant($"{document.Id}:{document.Score}")).ToArray());
    }

    [TestMethod]
    public void TheSecondStageSeesAsManyDocumentsAsTheDepthSays()
    {
        var stage = new Reverse("r");
        using var ranker = _ml.Ranking.CreateRanker(new() { Depth = 5 }, stage);
        for (var i = 0; i < 20; i++)
        {
            ranker.Add($"{i}", $"x {string.Join(' ', Enumerable.Repeat("y", i))}");
        }
        Assert.HasCount(2, ranker.Rank("x", top: 2));
        Assert.AreEqual(5, stage.Most);
        Assert.HasCount(9, ranker.Rank("x", top: 9));
        Assert.AreEqual(9, stage.Most);
    }

    [TestMethod]
    public void WhatTheSecondStageMayNotGiveIsRefused()
    {
        using var nan = Filled(new Fixed(float.NaN, 1));
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => nan.Rank("flow past wings")).Message, "NaN for document 'wing'");
        using var few = Filled(new Fixed(1));
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => few.Rank("flow past wings")).Message, "1 scores for 2 documents");
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void ASavedRankerRanksAsBefore(bool hasSecondStage)
    {
        var stage = hasSecondStage ? new Reverse("r") : null;
        using var ranker = _ml.Ranking.CreateRanker(
            new()
            {
                Fields = 2,
                SecondStageWeight = .5,
                FirstStage = new()
                {
                    FieldWeights = [2, 1],
                    Feedback = new() { Terms = 7 },
                    Analyzer = new() { Stemmer = Stemmer.None }
                }
            }, stage);
        ranker.Add("a", "flow", "past a wing");
        ranker.Add("b", "", "flow of flows");
        ranker.Add("c", "", "");
        ranker.Add("d", "flow", "removed");
        ranker.Remove("d");
        using var file = new TempFile("");
        ranker.Save(file.Path);
        using var loaded = _ml.Ranking.LoadRanker(file.Path, stage);
        Assert.AreEqual(3, loaded.Count);
        CollectionAssert.AreEqual(Texts(ranker.Rank("flow wing")), Texts(loaded.Rank("flow wing")));
        Assert.HasCount(2, loaded.Rank("flow wing"));
        loaded.Add("d", "flow", "");
        Assert.HasCount(3, loaded.Rank("flow wing"));
    }

    [TestMethod]
    public void AnIndexOfAnotherModelIsNotLoaded()
    {
        using var file = new TempFile("");
        using var ranker = Filled(new Reverse("first"));
        ranker.Save(file.Path);
        StringAssert.Contains(Refused(file.Path, new Reverse("second")), "with the second stage 'first', and given is 'second'");
        StringAssert.Contains(Refused(file.Path, null), "with the second stage 'first'; give it");
        using var plain = Filled();
        plain.Save(file.Path);
        StringAssert.Contains(Refused(file.Path, new Reverse("second")), "without a second stage");
    }

    [TestMethod]
    public void EveryChangedByteIsNoticed()
    {
        using var ranker = Filled();
        using var file = new TempFile("");
        ranker.Save(file.Path);
        var bytes = File.ReadAllBytes(file.Path);
        for (var place = 0; place < bytes.Length; place += 13)
        {
            var changed = (byte[])bytes.Clone();
            changed[place] ^= 1;
            File.WriteAllBytes(file.Path, changed);
            Refused(file.Path, null);
        }
        File.WriteAllBytes(file.Path, bytes[..^1]);
        StringAssert.Contains(Refused(file.Path, null), "damaged or cut off");
        File.WriteAllBytes(file.Path, bytes[..20]);
        StringAssert.Contains(Refused(file.Path, null), "no file that Ranker.Save wrote");
    }

    [TestMethod]
    public void OptionsInAFileAreCheckedAsInTraining()
    {
        using var file = new TempFile("");
        IndexFile.Write(file.Path, IndexFile.Bytes(new() { Depth = 0 }, null, new(1), null, null));
        StringAssert.Contains(Refused(file.Path, null), "Options.Depth is 0");
        IndexFile.Write(file.Path, IndexFile.Bytes(new() { Fields = 2 }, null, new(1), null, null));
        Assert.AreEqual(0, _ml.Ranking.LoadRanker(file.Path).Count);
    }

    [TestMethod]
    public void BadDocumentsAreRefused()
    {
        using var ranker = Filled();
        StringAssert.Contains(Bad(() => ranker.Add("wing", "again")), "'wing' is in the index already");
        StringAssert.Contains(Bad(() => ranker.Add("x", "two", "texts")), "'x' has 2 texts, and documents here have 1");
        StringAssert.Contains(Bad(() => ranker.Add("x")), "'x' has 0 texts");
        StringAssert.Contains(Bad(() => ranker.Add("x", (string)null!)), "'x' has 0 texts");
        StringAssert.Contains(Bad(() => ranker.Add("\uD800", "half")), "surrogate");
        Assert.ThrowsExactly<ArgumentException>(() => ranker.Add("", "text"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ranker.Rank("wing", 0));
        Assert.AreEqual(3, ranker.Count);
        StringAssert.Contains(Bad(() => _ml.Ranking.CreateRanker(new() { FirstStage = new() { FieldWeights = [1, 1], FieldB = [0, 0] } })),
            "FirstStage.FieldB has 2 numbers and Fields is 1");
    }

    [TestMethod]
    public void TheRowsOfADataViewAreDocuments()
    {
        var rows = _ml.Data.LoadFromEnumerable(
            new[] { new Document { Id = 7, Title = "wing", Body = "flow" }, new Document { Id = 8, Body = "plate" } });
        using var ranker = _ml.Ranking.CreateRanker(rows, "Id", ["Title", "Body"]);
        Assert.AreEqual("7", ranker.Rank("flow").Single().Id);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Ranking.CreateRanker(rows, "Id", ["Id"]));
        Assert.ThrowsExactly<ArgumentException>(() => _ml.Ranking.CreateRanker(rows, "Id", []));
    }

    [TestMethod]
    public void ManyThreadsRankWhileDocumentsComeAndGo()
    {
        using var ranker = _ml.Ranking.CreateRanker(secondStage: new Reverse("r"));
        for (var i = 0; i < 200; i++)
        {
            ranker.Add($"kept{i}", $"common word{i}");
        }
        Parallel.For(0, 400, new() { MaxDegreeOfParallelism = 8 }, i =>
        {
            if (i % 2 == 0)
            {
                ranker.Add($"new{i}", "common news");
                Assert.IsTrue(ranker.Remove($"new{i}"));
            }
            else
            {
                Assert.AreEqual($"kept{i % 200}", ranker.Rank($"word{i % 200}").Single().Id);
                Assert.HasCount(10, ranker.Rank("common"));
            }
        });
        Assert.AreEqual(200, ranker.Count);
    }

    private string Refused(string path, IDocumentScorer? stage) =>
        Assert.ThrowsExactly<FormatException>(() => _ml.Ranking.LoadRanker(path, stage)).Message;

    private static string Bad(Action act) => Assert.ThrowsExactly<ArgumentException>(act).Message;

    private Ranker Filled(IDocumentScorer? stage = null)
    {
        var ranker = _ml.Ranking.CreateRanker(secondStage: stage);
        ranker.Add("wing", "the flow past the wing of an aircraft with long wings");
        ranker.Add("plate", "flow past a flat plate");
        ranker.Add("empty", "");
        return ranker;
    }

    private static string[] Ids(IReadOnlyList<RankedDocument> found) => [.. found.Select(document => document.Id)];

    private static string[] Texts(IReadOnlyList<RankedDocument> found) => [.. found.Select(document => document.ToString())];

    // The shorter, the better.
    private sealed class Reverse(string fingerprint) : IDocumentScorer
    {
        public int Most { get; private set; }

        public string Fingerprint => fingerprint;

        public float[] Score(string query, IReadOnlyList<string> documents)
        {
            Most = Math.Max(Most, documents.Count);
            return [.. documents.Select(document => -(float)document.Length)];
        }
    }

    private sealed class Fixed(params float[] scores) : IDocumentScorer
    {
        public string Fingerprint => "fixed";

        public float[] Score(string query, IReadOnlyList<string> documents) => scores;
    }

    private sealed class Document
    {
        public int Id { get; set; }

        public string Title { get; set; } = "";

        public string Body { get; set; } = "";
    }
}
