using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A residual block of a <see cref="SequenceNetwork"/>: steps <c>[B, T, D]</c> to steps of the same shape.</summary>
internal abstract class SequenceBlock(string name) : nn.Module<Tensor, InputBatch, Tensor>(name)
{
    /// <summary>Why the block cannot go step by step in bounded memory and what to set, as a part of a sentence; null where it can.</summary>
    public virtual string? StreamingObstacle => null;

    /// <summary>As forward in scoring, for further steps <c>[B, t, D]</c> of rows that go on from <paramref name="state"/>.</summary>
    public abstract Tensor Advance(Tensor steps, StreamState state);

    /// <summary>Called after each optimiser step, to keep weights where the method needs them.</summary>
    public virtual void Constrain()
    {
    }

    /// <inheritdoc cref="Network.Decays"/>
    public virtual bool Decays(string parameterName, Parameter parameter) => parameter.dim() > 1;

    /// <inheritdoc cref="Network.RateFactor"/>
    public virtual double RateFactor(string parameterName) => 1;
}
