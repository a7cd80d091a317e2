namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits;

[TestClass]
public sealed class CodeScoresTests
{
    // Three heads; head 0 has codes 1, 2, 3 in positives and 3, 4 in negatives, head 1 always 7, head 2 none in one example.
    private static readonly CodeTable Counted = new(
    [
        1, 7, 5,
        2, 7, 5,
        1, 7, 6,
        3, 7, CodeTable.NoCode,
        3, 7, 5,
        4, 7, CodeTable.NoCode,
        3, 7, 5,
    ], 3, [true, true, true, true, false, false, false]);

    [TestMethod]
    public void Nodes_CountCodesOfPositivesOnly()
    {
        CollectionAssert.AreEqual(new double[] { 2, 0, 1 }, CodeScores.Nodes(Counted));
        CollectionAssert.AreEqual(new[] { 2 / 4.0, 0, 1 / 2.0 }, CodeScores.Nodes(Counted, perCode: true));
    }

    [TestMethod]
    public void Edges_CountPairsOfPositivesOnly()
    {
        var edges = CodeScores.Edges(Counted);
        // Heads 0 and 1: (1,7), (2,7). Heads 0 and 2: (1,5), (2,5), (1,6). Heads 1 and 2: (7,6).
        CollectionAssert.AreEqual(new double[,] { { 0, 2, 3 }, { 2, 0, 1 }, { 3, 1, 0 } }, edges);
        Assert.AreEqual(3 / 4.0, CodeScores.Edges(Counted, perCode: true)[0, 2]);
    }

    [TestMethod]
    public void Edges_AreSymmetricAndNoMoreThanPositives()
    {
        const int Heads = 6, Examples = 40, Codes = 4;
        var random = new Random(3);
        var table = new CodeTable(
            [.. Enumerable.Range(0, Heads * Examples).Select(_ => random.Next(Codes))], Heads,
                [.. Enumerable.Range(0, Examples).Select(i => i < 10)]);
        var edges = CodeScores.Edges(table);
        Assert.IsTrue(edges.Cast<double>().Any(score => score > 0));
        for (var first = 0; first < Heads; first++)
        {
            for (var second = 0; second < Heads; second++)
            {
                Assert.AreEqual(edges[second, first], edges[first, second]);
                Assert.IsTrue(edges[first, second] <= Math.Min(10, Codes * Codes));
            }
        }
    }

    [TestMethod]
    public void HeadsOfBestEdges_CountEndsOfTheBestPairs()
    {
        // Ends in order: 0 2 2 0 (3 each way), then of the pair of 2 only what the half of 9 leaves.
        CollectionAssert.AreEqual(new double[] { 2, 0, 2 }, CodeScores.HeadsOfBestEdges(CodeScores.Edges(Counted)));
    }

    [TestMethod]
    public void Softmax_BearsLargeCounts()
    {
        var parts = CodeScores.Softmax([2000, 2000 + Math.Log(3)]);
        Assert.AreEqual(0.25, parts[0], 1e-12);
        Assert.AreEqual(0.75, parts[1], 1e-12);
    }

    [TestMethod]
    public void Table_NeedsBothKindsOfExamples()
    {
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new CodeTable([1, 2], 1, [true, true])).Message, "Of 2 examples 2 are positive");
        Assert.ThrowsExactly<ArgumentException>(() => new CodeTable([1, 2, 3], 2, [true, false]));
    }
}
