using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>A module that draws numbers in training, for dropout or noise; found wherever it stands in a network. Scoring draws none.</summary>
internal interface IRandomized
{
    /// <summary>What it draws from.</summary>
    RandomSource Randomness { get; }

    /// <summary>Makes every part of a network draw from this generator.</summary>
    static void Set(Network network, Generator generator)
    {
        foreach (var (_, part) in ModuleTree.Parts<IRandomized>(network))
        {
            part.Randomness.Generator = generator;
        }
    }
}
