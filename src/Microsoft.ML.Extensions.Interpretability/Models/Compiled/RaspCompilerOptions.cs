using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Options of compiling a program.</summary>
public sealed class RaspCompilerOptions
{
    /// <summary>The number of different tokens, 1 to 1,000, from 0. The default is 3.</summary>
    [Range(1, 1_000)]
    public int Vocabulary { get; set; } = 3;

    /// <summary>The longest row, without the token that begins it, 1 to 1,000. The default is 5.</summary>
    [Range(1, 1_000)]
    public int Length { get; set; } = 5;

    /// <summary>
    /// The number of dummy heads in the layer with most heads of the program, 0 to 1,000; other layers get more, so that all layers have
    /// the same number of heads. Dummy heads read with random weights, and write to dimensions that the program does not read. The default
    /// is 0.
    /// </summary>
    [Range(0, 1_000)]
    public int DummyHeads { get; set; }

    /// <summary>The number of dimensions for the outputs of dummy heads, 1 to 10,000. The default is 8.</summary>
    [Range(1, 10_000)]
    public int DummyWidth { get; set; } = 8;

    /// <summary>The seed of the dummy heads' weights and of each layer's order of heads. The default is 1.</summary>
    public int Seed { get; set; } = 1;
}
