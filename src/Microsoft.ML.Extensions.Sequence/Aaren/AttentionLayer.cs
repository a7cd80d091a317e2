using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Multi-head attention in which a step sees itself and the steps before it: <c>[B, T, D]</c> to the same shape.</summary>
/// <remarks>A head has W channels, D / heads rounded up, so that any number of heads goes with any D.</remarks>
internal abstract class AttentionLayer(string name) : nn.Module<Tensor, InputBatch, Tensor>(name)
{
    /// <summary>W.</summary>
    protected static long HeadWidth(long channels, long heads) => (channels + heads - 1) / heads;

    /// <summary>As forward, for further steps <c>[B, t, D]</c> of rows that go on from <paramref name="state"/>.</summary>
    public abstract Tensor Advance(Tensor steps, StreamState state);
}
