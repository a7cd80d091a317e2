namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Distances in a connected graph, and the shortest paths through each node and edge (Brandes 2001).</summary>
internal sealed class ShortestPaths
{
    private readonly UndirectedGraph _graph;
    private readonly int[][] _distances;
    private readonly double[] _nodes;
    private readonly Dictionary<(int Low, int High), double> _edges;

    public ShortestPaths(UndirectedGraph graph)
    {
        _graph = graph;
        _distances = new int[graph.Nodes][];
        _nodes = new double[graph.Nodes];
        _edges = graph.Edges.ToDictionary(edge => edge, _ => 0.0);
        for (var source = 0; source < graph.Nodes; source++)
        {
            Search(source);
        }
    }

    /// <summary>Of each node, the pairs of other nodes whose shortest path passes it; several shortest paths count fractionally.</summary>
    public IEnumerable<double> NodeBetweenness => _nodes.Select(count => count / 2);

    /// <summary>Of each edge, the pairs of nodes whose shortest path takes it.</summary>
    public IEnumerable<double> EdgeBetweenness => _edges.Values.Select(count => count / 2);

    /// <summary>From one node to every other, in edges.</summary>
    public int[] Distances(int source) => _distances[source];

    // Breadth-first search from the source, then accumulation from the farthest node backward.
    private void Search(int source)
    {
        var (distances, paths) = (Enumerable.Repeat(-1, _graph.Nodes).ToArray(), new double[_graph.Nodes]);
        (distances[source], paths[source]) = (0, 1);
        List<int> order = [source];
        for (var i = 0; i < order.Count; i++)
        {
            foreach (var neighbour in _graph.Neighbours(order[i]))
            {
                if (distances[neighbour] < 0)
                {
                    distances[neighbour] = distances[order[i]] + 1;
                    order.Add(neighbour);
                }
                if (distances[neighbour] == distances[order[i]] + 1)
                {
                    paths[neighbour] += paths[order[i]];
                }
            }
        }
        _distances[source] = distances;
        Count(order, distances, paths);
    }

    private void Count(List<int> order, int[] distances, double[] paths)
    {
        var passing = new double[_graph.Nodes];
        for (var i = order.Count - 1; i > 0; i--)
        {
            var node = order[i];
            foreach (var before in _graph.Neighbours(node).Where(neighbour => distances[neighbour] == distances[node] - 1))
            {
                var share = paths[before] / paths[node] * (1 + passing[node]);
                _edges[(Math.Min(before, node), Math.Max(before, node))] += share;
                passing[before] += share;
            }
            _nodes[node] += passing[node];
        }
    }
}
