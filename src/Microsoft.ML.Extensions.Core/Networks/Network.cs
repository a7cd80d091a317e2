using Microsoft.ML.Extensions.Columns;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>A network from rows of unequal length to outputs <c>[B, K]</c>; a row's outputs do not depend on its padding or its neighbours.</summary>
internal abstract class Network(string name) : nn.Module<InputBatch, Tensor>(name)
{
    /// <summary>Called after each optimiser step, to keep weights where the method needs them.</summary>
    public virtual void Constrain()
    {
    }

    /// <summary>Called once before training with what the first pass over the data told.</summary>
    public virtual void Prepare(Numerics.ChannelStatistics statistics)
    {
    }

    /// <summary>The source of randomness in training, for dropout; not used in scoring.</summary>
    public RandomSource Randomness { get; } = new();

    /// <summary>Parameters that weight decay draws to zero: matrices, unless a network knows better.</summary>
    public virtual bool Decays(string parameterName, Parameter parameter) => parameter.dim() > 1;
}
