using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Multi-head attention of a row's steps to each other: <c>[B, T, D]</c> to the same shape.</summary>
internal abstract class AttentionLayer(string name) : nn.Module<Tensor, InputBatch, Tensor>(name)
{
    /// <summary>The channels a head has where nothing else is asked for: D / heads, rounded up, so that any number of heads goes with any D.</summary>
    public static int HeadWidth(int channels, int heads) => (channels + heads - 1) / heads;

    /// <summary>
    /// As forward, for further steps <c>[B, t, D]</c> of rows that go on from <paramref name="state"/>, where a step sees none but itself and
    /// those before it.
    /// </summary>
    public abstract Tensor Advance(Tensor steps, StreamState state);
}
