using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The random graph of a block of <see cref="RecurrentStructure.RandomGraph"/>, with one channel per node.</summary>
public sealed class RandomGraphOptions
{
    /// <summary>
    /// The random graph model. The default is <see cref="GraphGenerator.WattsStrogatz"/>, whose networks are more accurate in the thesis.
    /// </summary>
    public GraphGenerator Generator { get; set; } = GraphGenerator.WattsStrogatz;

    /// <summary>Nodes of a graph, 10 to 500; the thesis draws 10 to 50. The default is 40.</summary>
    [Range(10, 500)]
    public int Nodes { get; set; } = 40;

    /// <summary>The seed of the graphs, 0 to 1,000,000,000. The default is 1. The seed of training does not change them.</summary>
    [Range(0, 1_000_000_000)]
    public int Seed { get; set; } = 1;
}
