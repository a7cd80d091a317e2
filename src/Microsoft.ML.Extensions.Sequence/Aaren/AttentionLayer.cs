using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Multi-head attention in which a step sees itself and the steps before it: <c>[B, T, D]</c> to the same shape.</summary>
internal abstract class AttentionLayer(string name) : nn.Module<Tensor, InputBatch, Tensor>(name)
{
    /// <inheritdoc cref="SequenceBlock.StreamingObstacle"/>
    public abstract string? StreamingObstacle { get; }

    /// <summary>As forward, for further steps <c>[B, t, D]</c> of rows that go on from <paramref name="state"/>.</summary>
    public abstract Tensor Advance(Tensor steps, StreamState state);
}
