namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Properties of a connected graph, computed before any network is trained on its structure: the features by which Darji 2021
/// (arXiv 2407.20601) predicts accuracy.
/// </summary>
/// <remarks>
/// Directed are the layers, sources and sinks: an edge goes from the lower node to the higher one. All others are of the undirected graph,
/// with the usual normalisations (those of NetworkX): closeness (n - 1) / sum of distances; betweenness (Brandes 2001) over the
/// (n - 1)(n - 2) / 2 pairs of other nodes, of an edge over all n (n - 1) / 2 pairs. Variances are those of the population.
/// </remarks>
public sealed record GraphProperties
{
    private GraphProperties()
    {
    }

    /// <summary>Layers of the network: one more than the edges of the longest directed path.</summary>
    public required int Layers { get; init; }

    /// <summary>Nodes.</summary>
    public required int Nodes { get; init; }

    /// <summary>Edges.</summary>
    public required int Edges { get; init; }

    /// <summary>Nodes without lower neighbours: the width of the first layer.</summary>
    public required int SourceNodes { get; init; }

    /// <summary>Nodes without higher neighbours.</summary>
    public required int SinkNodes { get; init; }

    /// <summary>The longest of all shortest paths, in edges.</summary>
    public required int Diameter { get; init; }

    /// <summary>Edges divided by the possible n (n - 1) / 2, 0 to 1.</summary>
    public required double Density { get; init; }

    /// <summary>The mean shortest path between two nodes, in edges.</summary>
    public required double AveragePathLength { get; init; }

    /// <summary>Of each node, the longest of its shortest paths.</summary>
    public required GraphStatistic Eccentricity { get; init; }

    /// <summary>Of each node, its edges.</summary>
    public required GraphStatistic Degree { get; init; }

    /// <summary>Of each node, one over its mean distance from the others.</summary>
    public required GraphStatistic Closeness { get; init; }

    /// <summary>Of each node, the fraction of shortest paths between other nodes that pass through it.</summary>
    public required GraphStatistic NodeBetweenness { get; init; }

    /// <summary>Of each edge, the fraction of all shortest paths that use it.</summary>
    public required GraphStatistic EdgeBetweenness { get; init; }

    /// <summary>The properties of the graph of a trainer's block.</summary>
    /// <param name="graph">The options of the graph.</param>
    /// <param name="block">The block, from 0 (next to the input) on; each has its own graph.</param>
    /// <exception cref="ArgumentException">Options are out of range.</exception>
    public static GraphProperties Of(RandomGraphOptions graph, int block)
    {
        OptionsValidation.Validate(graph);
        ArgumentOutOfRangeException.ThrowIfNegative(block);
        return Of(RandomGraph.Draw(graph, block));
    }

    /// <summary>The properties of any connected graph.</summary>
    /// <param name="nodes">The number of nodes, 2 or more.</param>
    /// <param name="edges">Pairs of different nodes, counted from 0; direction and repetition are ignored.</param>
    /// <exception cref="ArgumentException">
    /// There are fewer than two nodes, an edge leaves the nodes, or the graph is not connected.
    /// </exception>
    public static GraphProperties Of(int nodes, IEnumerable<(int First, int Second)> edges)
    {
        ArgumentNullException.ThrowIfNull(edges);
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 2);
        UndirectedGraph graph = new(nodes);
        foreach (var (first, second) in edges)
        {
            if (first < 0 || second < 0 || first >= nodes || second >= nodes || first == second)
            {
                throw new ArgumentException(
                    $"The edge ({first}, {second}) must join two different nodes from 0 to {nodes - 1}.", nameof(edges));
            }
            graph.Join(first, second);
        }
        return graph.Components().Count == 1 ? Of(graph)
            : throw new ArgumentException($"The graph has {graph.Components().Count} components; it must be connected.", nameof(edges));
    }

    private static GraphProperties Of(UndirectedGraph graph)
    {
        var (paths, all) = (new ShortestPaths(graph), Enumerable.Range(0, graph.Nodes));
        double n = graph.Nodes, edges = graph.Edges.Count(), pairs = n * (n - 1) / 2, others = (n - 1) * (n - 2) / 2;
        var eccentricity = all.Select(node => (double)paths.Distances(node).Max()).ToArray();
        return new GraphProperties
        {
            Layers = new GraphLayers(graph).Nodes.Count,
            Nodes = graph.Nodes,
            Edges = (int)edges,
            SourceNodes = all.Count(node => graph.Neighbours(node).All(neighbour => neighbour > node)),
            SinkNodes = all.Count(node => graph.Neighbours(node).All(neighbour => neighbour < node)),
            Diameter = (int)eccentricity.Max(),
            Density = edges / pairs,
            AveragePathLength = all.Sum(node => paths.Distances(node).Sum()) / (2 * pairs),
            Eccentricity = GraphStatistic.Of(eccentricity),
            Degree = GraphStatistic.Of(all.Select(node => (double)graph.Neighbours(node).Count)),
            Closeness = GraphStatistic.Of(all.Select(node => (n - 1) / paths.Distances(node).Sum())),
            NodeBetweenness = GraphStatistic.Of(paths.NodeBetweenness.Select(count => others == 0 ? 0 : count / others)),
            EdgeBetweenness = GraphStatistic.Of(paths.EdgeBetweenness.Select(count => count / pairs)),
        };
    }
}
