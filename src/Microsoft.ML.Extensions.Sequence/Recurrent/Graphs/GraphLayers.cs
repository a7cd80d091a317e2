namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// A graph as layers of a network: edges go from the lower node to the higher one, and a node's layer is the longest path to it, so that a
/// node without lower neighbours is in layer 0 and every other node has a parent in the layer before its own.
/// </summary>
internal sealed class GraphLayers
{
    private readonly HashSet<(int Low, int High)> _edges;

    public GraphLayers(UndirectedGraph graph)
    {
        _edges = [.. graph.Edges];
        LayerOf = new int[graph.Nodes];
        for (var node = 0; node < graph.Nodes; node++)
        {
            LayerOf[node] = graph.Neighbours(node).Where(parent => parent < node).Select(parent => LayerOf[parent] + 1).DefaultIfEmpty(0)
                .Max();
        }
        Nodes = [.. Enumerable.Range(0, LayerOf.Max() + 1)
            .Select(layer => Enumerable.Range(0, graph.Nodes).Where(node => LayerOf[node] == layer).ToArray())];
    }

    /// <summary>The layer of each node.</summary>
    public int[] LayerOf { get; }

    /// <summary>The nodes of each layer.</summary>
    public IReadOnlyList<int[]> Nodes { get; }

    /// <summary>The layers, other than the previous one, with an edge into this one.</summary>
    public IEnumerable<int> SkipsInto(int layer) => _edges
        .Where(edge => LayerOf[edge.High] == layer && LayerOf[edge.Low] < layer - 1)
        .Select(edge => LayerOf[edge.Low]).Distinct().Order();

    /// <summary>1 where an edge goes from a node of one layer (column) to a node of another (row), row by row.</summary>
    public float[] Mask(int lower, int higher) =>
        [.. from high in Nodes[higher] from low in Nodes[lower] select _edges.Contains((low, high)) ? 1f : 0f];
}
