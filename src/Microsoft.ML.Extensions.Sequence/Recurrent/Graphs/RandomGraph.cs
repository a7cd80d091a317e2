using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Draws undirected connected graphs.</summary>
internal static class RandomGraph
{
    private const int Tries = 10;

    /// <summary>The graph of a block.</summary>
    public static UndirectedGraph Draw(RandomGraphOptions options, int block)
    {
        var random = new Random(SeedSequence.Derive(options.Seed, block));
        return options.Generator == GraphGenerator.BarabasiAlbert
            ? BarabasiAlbert(options.Nodes, options.Nodes / 10, random)
            : ConnectedWattsStrogatz(options.Nodes, options.Nodes / 5, random);
    }

    /// <summary>A star of the first nodes; then each further node is joined to others, drawn in proportion to their degree.</summary>
    public static UndirectedGraph BarabasiAlbert(int nodes, int edgesPerNode, Random random)
    {
        UndirectedGraph graph = new(nodes);
        List<int> ends = [];
        var targets = Enumerable.Range(0, edgesPerNode).ToHashSet();
        for (var node = edgesPerNode; node < nodes; node++)
        {
            foreach (var target in targets)
            {
                graph.Join(target, node);
                ends.AddRange([target, node]);
            }
            targets = [];
            while (targets.Count < edgesPerNode)
            {
                targets.Add(ends[random.Next(ends.Count)]);
            }
        }
        return graph;
    }

    /// <summary>A ring lattice in which the far end of every edge is rewired to a random new neighbour.</summary>
    public static UndirectedGraph WattsStrogatz(int nodes, int neighbours, Random random)
    {
        UndirectedGraph graph = new(nodes);
        for (var distance = 1; distance <= neighbours / 2; distance++)
        {
            for (var node = 0; node < nodes; node++)
            {
                graph.Join(node, (node + distance) % nodes);
            }
        }
        for (var distance = 1; distance <= neighbours / 2; distance++)
        {
            for (var node = 0; node < nodes; node++)
            {
                Rewire(graph, node, (node + distance) % nodes, random);
            }
        }
        return graph;
    }

    private static UndirectedGraph ConnectedWattsStrogatz(int nodes, int neighbours, Random random)
    {
        var graph = WattsStrogatz(nodes, neighbours, random);
        for (var i = 1; i < Tries && graph.Components().Count > 1; i++)
        {
            graph = WattsStrogatz(nodes, neighbours, random);
        }
        var components = graph.Components();
        for (var i = 1; i < components.Count; i++)
        {
            graph.Join(Any(components[0], random), Any(components[i], random));
        }
        return graph;
    }

    private static void Rewire(UndirectedGraph graph, int node, int far, Random random)
    {
        if (graph.Neighbours(node).Count >= graph.Nodes - 1)
        {
            return;
        }
        int target;
        do
        {
            target = random.Next(graph.Nodes);
        }
        while (target == node || graph.Neighbours(node).Contains(target));
        graph.Part(node, far);
        graph.Join(node, target);
    }

    private static int Any(IReadOnlyList<int> nodes, Random random) => nodes[random.Next(nodes.Count)];
}
