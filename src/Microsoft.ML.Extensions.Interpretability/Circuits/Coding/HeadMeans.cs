using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// Means of head outputs over rows: one for each position that all rows reach, and one for all later positions. They remove the part of a
/// head's output that depends on the position alone.
/// </summary>
internal sealed class HeadMeans : IDisposable
{
    private readonly Tensor[] _means;

    private HeadMeans(Tensor[] means, int shared) => (_means, Shared) = (means, shared);

    /// <summary>Places with a mean of their own.</summary>
    public int Shared { get; }

    /// <summary>A layer's means, <c>[Shared + 1, H, W]</c>.</summary>
    public Tensor this[int layer] => _means[layer];

    /// <summary>The means of activations.</summary>
    public static HeadMeans Of(HeadActivations activations, int layers)
    {
        using var scope = NewDisposeScope();
        var shared = activations.Rows.Zip(activations.Places).GroupBy(pair => pair.First).Min(row => row.Count());
        var index = IndexOf(activations.Places, shared);
        var counts = new double[shared + 1];
        foreach (var place in index)
        {
            counts[place]++;
        }
        return new HeadMeans(
            [.. Enumerable.Range(0, layers).Select(layer => Means(activations[layer], index, counts).DetachFromDisposeScope())], shared);
    }

    /// <summary>The outputs of a layer minus their means.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="outputs">Its head outputs, <c>[N, H, W]</c>.</param>
    /// <param name="places">The tokens' places in their rows, <c>[N]</c>.</param>
    public Tensor Beyond(int layer, Tensor outputs, IEnumerable<int> places)
    {
        using var scope = NewDisposeScope();
        return outputs.Minus(_means[layer].index_select(0, tensor(IndexOf(places, Shared), device: outputs.device)))
            .MoveToOuterDisposeScope();
    }

    /// <summary>The index of each position's mean.</summary>
    public static long[] IndexOf(IEnumerable<int> places, int shared) => [.. places.Select(place => (long)Math.Min(place, shared))];

    public void Dispose()
    {
        foreach (var mean in _means)
        {
            mean.Dispose();
        }
    }

    private static Tensor Means(Tensor outputs, long[] index, double[] counts)
    {
        var sums = zeros([counts.Length, outputs.shape[1], outputs.shape[2]], ScalarType.Float64, outputs.device)
            .index_add_(0, tensor(index, device: outputs.device), outputs.to_type(ScalarType.Float64), Numbers.One);
        if (counts[^1] == 0)
        {
            // All rows have the same length: later positions get the mean over all positions.
            sums = cat([sums.narrow(0, 0, counts.Length - 1), sums.sum([0], keepdim: true)]);
            counts = [.. counts[..^1], counts.Sum()];
        }
        return (sums / tensor(counts, device: outputs.device).view(-1, 1, 1)).to_type(outputs.dtype);
    }
}
