namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Nodes 0 to N - 1 and edges between them, each at most once and none to itself.</summary>
internal sealed class UndirectedGraph
{
    private readonly SortedSet<int>[] _neighbours;

    public UndirectedGraph(int nodes) => _neighbours = [.. Enumerable.Range(0, nodes).Select(_ => new SortedSet<int>())];

    public int Nodes => _neighbours.Length;

    /// <summary>Every edge once, the lower node first.</summary>
    public IEnumerable<(int Low, int High)> Edges =>
        from node in Enumerable.Range(0, Nodes)
        from neighbour in _neighbours[node]
        where neighbour > node
        select (node, neighbour);

    public IReadOnlySet<int> Neighbours(int node) => _neighbours[node];

    public void Join(int first, int second)
    {
        _neighbours[first].Add(second);
        _neighbours[second].Add(first);
    }

    public void Part(int first, int second)
    {
        _neighbours[first].Remove(second);
        _neighbours[second].Remove(first);
    }

    /// <summary>The nodes that are joined to each other, component by component.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Components()
    {
        var (components, seen) = (new List<IReadOnlyList<int>>(), new HashSet<int>());
        for (var node = 0; node < Nodes; node++)
        {
            if (!seen.Contains(node))
            {
                var component = Reached(node);
                seen.UnionWith(component);
                components.Add(component);
            }
        }
        return components;
    }

    // Breadth first.
    private List<int> Reached(int start)
    {
        List<int> reached = [start];
        HashSet<int> seen = [start];
        for (var i = 0; i < reached.Count; i++)
        {
            reached.AddRange(_neighbours[reached[i]].Where(seen.Add));
        }
        return reached;
    }
}
