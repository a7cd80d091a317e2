namespace Microsoft.ML.Extensions.Sequence.Tests.Recurrent;

/// <summary>Small graphs whose numbers are counted by hand.</summary>
[TestClass]
public sealed class GraphPropertiesTests
{
    [TestMethod]
    public void Path_OfFourNodes_IsCountedByHand()
    {
        var path = GraphProperties.Of(4, [(0, 1), (1, 2), (2, 3)]);
        Assert.AreEqual((4, 4, 3, 1, 1, 3), (path.Layers, path.Nodes, path.Edges, path.SourceNodes, path.SinkNodes, path.Diameter));
        Assert.AreEqual(0.5, path.Density, 1e-12);
        Assert.AreEqual((1 + 2 + 3 + 1 + 2 + 1) / 6.0, path.AveragePathLength, 1e-12);
        AssertStatistic(path.Degree, 1.5, 1, 2, 0.25);
        AssertStatistic(path.Eccentricity, 2.5, 2, 3, 0.25);
        AssertStatistic(path.Closeness, (0.5 + 0.75) / 2, 0.5, 0.75, 1 / 64.0);
        // Two of three pairs of other nodes are connected through each inner node; of six pairs, three, four and three use the edges.
        AssertStatistic(path.NodeBetweenness, 1 / 3.0, 0, 2 / 3.0, 1 / 9.0);
        AssertStatistic(path.EdgeBetweenness, 10 / 18.0, 0.5, 4 / 6.0, 1 / 162.0);
    }

    [TestMethod]
    public void Star_WithItsCentreLast_HasLeavesForSources()
    {
        var star = GraphProperties.Of(5, [(0, 4), (1, 4), (2, 4), (3, 4)]);
        Assert.AreEqual((2, 4, 1, 2), (star.Layers, star.SourceNodes, star.SinkNodes, star.Diameter));
        AssertStatistic(star.Degree, 8 / 5.0, 1, 4, 36 / 25.0);
        AssertStatistic(star.NodeBetweenness, 0.2, 0, 1, 0.16);
        AssertStatistic(star.EdgeBetweenness, 0.4, 0.4, 0.4, 0);
    }

    [TestMethod]
    public void Square_SharesItsShortestPaths()
    {
        var square = GraphProperties.Of(4, [(0, 1), (1, 2), (2, 3), (3, 0)]);
        AssertStatistic(square.NodeBetweenness, 1 / 6.0, 1 / 6.0, 1 / 6.0, 0);
        AssertStatistic(square.EdgeBetweenness, 1 / 3.0, 1 / 3.0, 1 / 3.0, 0);
        AssertStatistic(square.Closeness, 0.75, 0.75, 0.75, 0);
    }

    [TestMethod]
    public void RepeatedEdges_CountOnce() => Assert.AreEqual(1, GraphProperties.Of(2, [(0, 1), (1, 0)]).Edges);

    [TestMethod]
    public void GraphOfABlock_HasTheNodesAskedFor_AndEachBlockItsOwn()
    {
        RandomGraphOptions options = new() { Nodes = 30 };
        var (first, again, second) = (GraphProperties.Of(options, 0), GraphProperties.Of(options, 0), GraphProperties.Of(options, 1));
        Assert.AreEqual(first, again);
        Assert.AreNotEqual(first, second);
        Assert.AreEqual(30, second.Nodes);
    }

    [TestMethod]
    [DataRow(0, 0)]
    [DataRow(-1, 1)]
    [DataRow(0, 3)]
    public void EdgesThatLeaveTheNodes_AreRefused(int first, int second) =>
        Assert.ThrowsExactly<ArgumentException>(() => GraphProperties.Of(3, [(0, 1), (1, 2), (first, second)]));

    [TestMethod]
    public void GraphThatIsNotConnected_IsRefused() =>
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => GraphProperties.Of(4, [(0, 1), (2, 3)])).Message, "2 components");

    private static void AssertStatistic(GraphStatistic actual, double mean, double minimum, double maximum, double variance)
    {
        Assert.AreEqual(mean, actual.Mean, 1e-12);
        Assert.AreEqual(minimum, actual.Minimum, 1e-12);
        Assert.AreEqual(maximum, actual.Maximum, 1e-12);
        Assert.AreEqual(variance, actual.Variance, 1e-12);
    }
}
