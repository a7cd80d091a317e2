using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>What a program is compiled for.</summary>
public sealed class RaspCompilerOptions
{
    /// <summary>Tokens a row may have, 1 to 1,000; they count from 0. The default is 3.</summary>
    [Range(1, 1_000)]
    public int Vocabulary { get; set; } = 3;

    /// <summary>The longest row, without the token that begins it, 1 to 1,000. The default is 5.</summary>
    [Range(1, 1_000)]
    public int Length { get; set; } = 5;

    /// <summary>
    /// Heads beside those of the program in the layer with most of them, 0 to 1,000; other layers get as many more as they have fewer of the
    /// program. They read everything at random, and write at random where nothing of the program reads. The default is 0.
    /// </summary>
    [Range(0, 1_000)]
    public int DummyHeads { get; set; }

    /// <summary>Width of what only the dummy heads write, 1 to 10,000. The default is 8.</summary>
    [Range(1, 10_000)]
    public int DummyWidth { get; set; } = 8;

    /// <summary>The seed of the dummy heads' weights and of each layer's order of heads. The default is 1.</summary>
    public int Seed { get; set; } = 1;
}
