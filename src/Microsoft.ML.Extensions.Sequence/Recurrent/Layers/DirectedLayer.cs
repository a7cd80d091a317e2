using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A recurrence in one direction: <c>[B, T, D]</c> and the valid steps of each row to <c>[B, T, H]</c>.</summary>
internal abstract class DirectedLayer(string name) : nn.Module<Tensor, int[]?, Tensor>(name)
{
    /// <summary>H.</summary>
    public abstract int OutputSize { get; }

    /// <summary>As forward, for further steps of rows that go on from <paramref name="state"/>.</summary>
    public abstract Tensor Advance(Tensor steps, StreamState state);
}
