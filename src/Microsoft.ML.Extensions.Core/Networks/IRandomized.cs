using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>A module that draws numbers in training, for dropout or noise; found anywhere in a network. Scoring draws none.</summary>
internal interface IRandomized
{
    /// <summary>The source of its random numbers.</summary>
    RandomSource Randomness { get; }

    /// <summary>Sets the generator of every such module of a network.</summary>
    static void Set(Network network, Generator generator)
    {
        foreach (var (_, part) in ModuleTree.Parts<IRandomized>(network))
        {
            part.Randomness.Generator = generator;
        }
    }
}
