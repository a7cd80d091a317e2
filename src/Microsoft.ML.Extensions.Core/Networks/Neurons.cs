using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>Which neurons of a layer are kept, and tensors of these alone.</summary>
internal static class Neurons
{
    /// <summary>The places of the neurons with the largest products of the norms of what goes into them and of what comes out.</summary>
    /// <param name="incoming">The weights into each neuron, <c>[n, ...]</c>.</param>
    /// <param name="outgoing">Those out of it, <c>[..., n]</c>.</param>
    /// <param name="density">The part that is kept; one at least.</param>
    public static Tensor Best(Tensor incoming, Tensor outgoing, double density)
    {
        using var scope = NewDisposeScope();
        var count = incoming.shape[0];
        var scores = incoming.reshape(count, -1).Squared().sum(dim: 1) * outgoing.reshape(-1, count).Squared().sum(dim: 0);
        var kept = MaskChoice.Best(scores.to_type(ScalarType.Float32).cpu().contiguous().AsSpan(), Math.Max(1, (int)Math.Round(density * count)));
        return tensor(kept.Select((live, place) => (Live: live, Place: (long)place)).Where(pair => pair.Live).Select(pair => pair.Place).ToArray())
            .to(incoming.device).MoveToOuterDisposeScope();
    }

    /// <summary>The kept places of an axis of several blocks of neurons, such as gates.</summary>
    /// <param name="values">The tensor.</param>
    /// <param name="axis">The axis, of blocks of neurons one after the other.</param>
    /// <param name="neurons">The neurons of a block.</param>
    /// <param name="kept">The places in a block.</param>
    public static Tensor Select(Tensor values, int axis, long neurons, Tensor kept)
    {
        var shape = values.shape;
        long[] apart = [.. shape[..axis], shape[axis] / neurons, neurons, .. shape[(axis + 1)..]];
        long[] less = [.. shape[..axis], shape[axis] / neurons * kept.shape[0], .. shape[(axis + 1)..]];
        return values.reshape(apart).index_select(axis + 1, kept).reshape(less);
    }
}
