using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML.Extensions.Managed;

/// <summary>What managed networks are made of: the weights of a file, and kernels.</summary>
/// <param name="Weights">The weights.</param>
/// <param name="Kernels">The kernels.</param>
internal sealed record ManagedParts(StoredWeights Weights, LaneKernels Kernels)
{
    /// <summary>The parts of a module within.</summary>
    public ManagedParts At(string name) => this with { Weights = Weights.At(name) };

    /// <summary>A linear layer with weight and bias.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="inputs">D.</param>
    /// <param name="outputs">K.</param>
    /// <param name="activation">What follows it.</param>
    public ManagedLinear Linear(string name, int inputs, int outputs, LaneActivation activation = LaneActivation.None)
    {
        var own = Weights.At(name);
        return new ManagedLinear(Kernels, own.Singles("weight", outputs, inputs), own.Singles("bias", outputs), inputs, outputs, activation);
    }

    /// <summary>A layer norm.</summary>
    public ManagedLayerNorm LayerNorm(string name, int channels)
    {
        var own = Weights.At(name);
        return new ManagedLayerNorm(Kernels, own.Singles("weight", channels), own.Singles("bias", channels));
    }
}
