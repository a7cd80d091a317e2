using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests;

[TestClass]
public sealed class TrecFileTests
{
    [TestMethod]
    public void ARunIsReadWhateverItsRanksSay()
    {
        using var file = new TempFile("\uFEFF1 Q0 a 9 0.5 sys\r\n\n1\tQ0\tb\t9\t-1e-3\tsys\n2 Q0 a 1 7 sys");
        var run = RankingRun.Read(file.Path);
        CollectionAssert.AreEqual(new[] { "1", "2" }, run.Queries.ToArray());
        CollectionAssert.AreEqual(
            new[] { ("a", .5f), ("b", -.001f) }, run.Ranking("1").Select(document => (document.Id, document.Score)).ToArray());
        Assert.IsEmpty(run.Ranking("3"));
    }

    [TestMethod]
    public void ARunIsWrittenAsItIsRanked()
    {
        var run = new RankingRun();
        run.Add("q", "a", 1 / 3f);
        run.Add("q", "b", 2);
        run.Add("q", "c", 2);
        run.Add("p", "é", -1);
        using var file = new TempFile("");
        run.Write(file.Path, "mine");
        Assert.AreEqual("q Q0 c 1 2 mine\nq Q0 b 2 2 mine\nq Q0 a 3 0.33333334 mine\np Q0 é 1 -1 mine\n", File.ReadAllText(file.Path));
        Assert.AreEqual(1 / 3f, RankingRun.Read(file.Path).Ranking("q")[2].Score);
    }

    [TestMethod]
    public void WhatARunCannotSayIsNotWritten()
    {
        var run = new RankingRun();
        run.Add("a query", "a", 1);
        using var file = new TempFile("");
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => run.Write(file.Path, "x")).Message, "'a query' contains a space");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => run.Write(file.Path, "x y")).Message, "'x y' contains a space");
    }

    [TestMethod]
    [DataRow("1 Q0 a 1 0.5", "line 1: it has 5 fields; each line is 'query Q0 document rank score tag'")]
    [DataRow("1 Q0 a 1 0.5 s\n1 Q0 b 2 half s", "line 2: 'half' is no score")]
    [DataRow("1 Q0 a 1 NaN s", "line 1: Document 'a' of query '1' has the score NaN")]
    [DataRow("1 Q0 a 1 1 s\n1 Q0 a 2 0 s", "line 2: Document 'a' is twice in the ranking of query '1'")]
    public void ABadLineOfARunIsNamed(string text, string part)
    {
        using var file = new TempFile(text);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => RankingRun.Read(file.Path)).Message, part);
    }

    [TestMethod]
    public void JudgementsAreReadWithAllTheirGrades()
    {
        using var file = new TempFile("1 0 a 1\n1 0 b -2\n2 0 a 0\n");
        var judgements = RelevanceJudgements.Read(file.Path);
        Assert.AreEqual(-2, judgements.Grades("1")["b"]);
        Assert.AreEqual(0, judgements.Grades("2")["a"]);
        Assert.IsEmpty(judgements.Grades("3"));
    }

    [TestMethod]
    [DataRow("1 0 a", "line 1: it has 3 fields")]
    [DataRow("1 0 a 1.5", "'1.5' is not a grade")]
    [DataRow("1 0 a 1\n1 1 a 1", "line 2: Document 'a' is judged twice for query '1'")]
    public void ABadLineOfJudgementsIsNamed(string text, string part)
    {
        using var file = new TempFile(text);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => RelevanceJudgements.Read(file.Path)).Message, part);
    }

    [TestMethod]
    public void AFileOfAnotherEncodingIsRefused()
    {
        using var file = new TempFile([(byte)'1', (byte)' ', 0xE9, (byte)'\n']);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => RelevanceJudgements.Read(file.Path)).Message, "is not UTF-8");
    }

    [TestMethod]
    public void TopicsAreReadInBothStylesOfTheirFiles()
    {
        using var file = new TempFile("""
            <top>
            <num> Number: 301
            <title> Topic: International
             Organized Crime
            <desc> Description:
            Identify organizations.
            <narr> Narrative:
            A relevant document must.
            </top>
            <TOP><num> 4</num><title>
            what problems of heat
            </title></TOP>
            """);
        var topics = TrecTopic.Read(file.Path);
        Assert.AreEqual(
            "301|International Organized Crime|Identify organizations.|A relevant document must.",
            string.Join('|', topics[0].Id, topics[0].Title, topics[0].Description, topics[0].Narrative));
        Assert.AreEqual("4|what problems of heat||",
            string.Join('|', topics[1].Id, topics[1].Title, topics[1].Description, topics[1].Narrative));
    }

    [TestMethod]
    [DataRow("", "has no topic")]
    [DataRow("<top><num>1<title>x</top><top><title>y</top>", "topic 2: <num> is missing or empty")]
    [DataRow("<top><num>1<title></top>", "topic 1: <title> is missing or empty")]
    [DataRow("<top><num>1<num>2<title>x</top>", "<num> is there twice")]
    [DataRow("<top><num>1<title>x</top><top><num>1<title>y</top>", "the topic '1' twice")]
    public void ABadTopicIsNamed(string text, string part)
    {
        using var file = new TempFile(text);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TrecTopic.Read(file.Path)).Message, part);
    }

    // Of holes, so that it takes no room on the disk.
    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void FileThatNoTextHolds_IsRefusedByItsLength()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using (var file = File.Create(path))
            {
                file.SetLength(5_000_000_000);
            }
            foreach (var read in new Action[] { () => RankingRun.Read(path), () => RelevanceJudgements.Read(path), () => TrecTopic.Read(path) })
            {
                Assert.Contains("has 5000000000 bytes", Assert.ThrowsExactly<FormatException>(read).Message);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }
}
