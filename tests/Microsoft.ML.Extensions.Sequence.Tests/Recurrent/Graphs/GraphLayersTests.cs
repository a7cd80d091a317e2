namespace Microsoft.ML.Extensions.Sequence.Tests.Recurrent;

[TestClass]
public sealed class GraphLayersTests
{
    // The example of the thesis: 0 and 1 are sources, 2 follows both, 3 follows 2, and 4 follows 3 and skips from 0.
    private static readonly (int, int)[] s_edges = [(0, 2), (1, 2), (2, 3), (3, 4), (0, 4)];

    [TestMethod]
    public void Layer_IsTheLongestPath()
    {
        GraphLayers layers = new(Graph(5, s_edges));
        CollectionAssert.AreEqual(new[] { 0, 0, 1, 2, 3 }, layers.LayerOf);
        CollectionAssert.AreEqual(new[] { 0, 1 }, layers.Nodes[0]);
    }

    [TestMethod]
    public void Edges_FromTheLayerBeforeAreTheMask_AndOthersSkip()
    {
        GraphLayers layers = new(Graph(5, s_edges));
        CollectionAssert.AreEqual(new[] { 1f, 1f }, layers.Mask(0, 1));
        CollectionAssert.AreEqual(new[] { 1f, 0f }, layers.Mask(0, 3));
        CollectionAssert.AreEqual(new[] { 0 }, layers.SkipsInto(3).ToArray());
        Assert.IsEmpty(layers.SkipsInto(2).ToArray());
    }

    [TestMethod]
    [DataRow(GraphGenerator.WattsStrogatz)]
    [DataRow(GraphGenerator.BarabasiAlbert)]
    public void EveryEdge_IsInOneMask_AndEveryLaterNodeHasAParentInTheLayerBefore(GraphGenerator generator)
    {
        var graph = RandomGraph.Draw(new RandomGraphOptions { Generator = generator, Nodes = 43 }, 0);
        GraphLayers layers = new(graph);
        var pairs = Enumerable.Range(1, layers.Nodes.Count - 1)
            .SelectMany(to => layers.SkipsInto(to).Append(to - 1).Select(from => (from, to)));
        Assert.AreEqual(graph.Edges.Count(), pairs.Sum(pair => layers.Mask(pair.from, pair.to).Sum()));
        for (var layer = 1; layer < layers.Nodes.Count; layer++)
        {
            var (mask, parents) = (layers.Mask(layer - 1, layer), layers.Nodes[layer - 1].Length);
            Assert.IsTrue(mask.Chunk(parents).All(row => row.Sum() > 0));
        }
    }

    internal static UndirectedGraph Graph(int nodes, (int First, int Second)[] edges)
    {
        UndirectedGraph graph = new(nodes);
        foreach (var (first, second) in edges)
        {
            graph.Join(first, second);
        }
        return graph;
    }
}
