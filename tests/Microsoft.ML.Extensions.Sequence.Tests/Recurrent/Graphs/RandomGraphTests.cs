namespace Microsoft.ML.Extensions.Sequence.Tests.Recurrent;

[TestClass]
public sealed class RandomGraphTests
{
    [TestMethod]
    [DataRow(GraphGenerator.WattsStrogatz)]
    [DataRow(GraphGenerator.BarabasiAlbert)]
    public void EveryGraph_IsConnected_AndTheSameForTheSameSeed(GraphGenerator generator)
    {
        for (var nodes = 10; nodes <= 60; nodes++)
        {
            RandomGraphOptions options = new() { Generator = generator, Nodes = nodes, Seed = nodes };
            var graph = RandomGraph.Draw(options, 0);
            Assert.HasCount(1, graph.Components());
            CollectionAssert.AreEqual(graph.Edges.ToArray(), RandomGraph.Draw(options, 0).Edges.ToArray());
        }
    }

    [TestMethod]
    public void WattsStrogatz_KeepsTheEdgesOfTheRing_ButNotTheirPlaces()
    {
        var graph = RandomGraph.WattsStrogatz(50, 10, new Random(1));
        Assert.AreEqual(250, graph.Edges.Count());
        Assert.IsLessThan(100, graph.Edges.Count(edge => edge.High - edge.Low <= 5 || edge.High - edge.Low >= 45));
    }

    [TestMethod]
    public void BarabasiAlbert_GivesEachFurtherNodeItsEdges_AndSomeNodesMany()
    {
        var graph = RandomGraph.BarabasiAlbert(50, 5, new Random(1));
        Assert.AreEqual(45 * 5, graph.Edges.Count());
        Assert.IsGreaterThan(15, Enumerable.Range(0, 50).Max(node => graph.Neighbours(node).Count));
    }
}
