using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>The generator that a network's dropout draws from, so that libtorch's global one is never touched.</summary>
internal sealed class RandomSource
{
    private Generator? _generator;

    /// <summary>The generator.</summary>
    /// <exception cref="InvalidOperationException">Training has not set one.</exception>
    public Generator Generator
    {
        get => _generator ?? throw new InvalidOperationException("The network is in training mode, but has no generator to draw from.");
        set => _generator = value;
    }

    /// <summary>A seed for a generator of the run time, 0 or above.</summary>
    public int NextSeed()
    {
        using var drawn = TorchMemory.Uniform([1], Generator, device: CPU);
        return (int)(drawn.Item<float>() * int.MaxValue);
    }
}
