using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Scales features to weighted mean 0 and deviation near 1, less where they hardly vary; a constant feature becomes 0.</summary>
internal sealed class FeatureScaling
{
    private const int Block = 256;

    // Beside it a deviation of a few rows does not count. Without it a row in which a feature that hardly ever differs does so lies far
    // out, and with thousands of
    // features many do: chosen, as its neighbours 0.02 and 0.1, by cross-validation inside train parts.
    private const double Floor = 0.05;

    // The deviation below which a feature from 0 to 1 is only rounding error.
    private const double Least = 1e-7;

    private readonly double[] _means;
    private readonly double[] _factors;

    private FeatureScaling(int features) => (_means, _factors) = (new double[features], new double[features]);

    /// <summary>Scales features in place.</summary>
    /// <param name="features"><c>[N, F]</c>, contiguous Single.</param>
    /// <param name="weights">The weights of rows, <c>[N]</c>.</param>
    /// <param name="checkAlive">Throws when the computation was cancelled.</param>
    public static FeatureScaling Of(Tensor features, double[] weights, Action checkAlive)
    {
        var (rows, columns) = ((int)features.shape[0], (int)features.shape[1]);
        var scaling = new FeatureScaling(columns);
        var total = weights.Sum();
        unsafe
        {
            var first = (nint)features.AsPointer();
            var (blocks, threads) = ((columns + Block - 1) / Block, get_num_threads());
            // Checked between parallel loops: what one throws inside comes out as another exception.
            for (var some = 0; some < blocks; some += threads)
            {
                checkAlive();
                Parallel.For(some, Math.Min(some + threads, blocks), new ParallelOptions { MaxDegreeOfParallelism = threads }, Scale);
            }

            void Scale(int block)
            {
                var (start, count) = (block * Block, Math.Min(Block, columns - (block * Block)));
                var mean = scaling._means.AsSpan(start, count);
                var square = scaling._factors.AsSpan(start, count);
                for (var row = 0; row < rows; row++)
                {
                    var values = new ReadOnlySpan<float>((float*)first + ((long)row * columns) + start, count);
                    for (var i = 0; i < count; i++)
                    {
                        mean[i] += weights[row] * values[i] / total;
                    }
                }
                for (var row = 0; row < rows; row++)
                {
                    var values = new ReadOnlySpan<float>((float*)first + ((long)row * columns) + start, count);
                    for (var i = 0; i < count; i++)
                    {
                        square[i] += weights[row] * (values[i] - mean[i]) * (values[i] - mean[i]) / total;
                    }
                }
                for (var i = 0; i < count; i++)
                {
                    square[i] = square[i] > Least * Least ? 1 / Math.Sqrt(square[i] + (Floor * Floor)) : 0;
                }
                for (var row = 0; row < rows; row++)
                {
                    var values = new Span<float>((float*)first + ((long)row * columns) + start, count);
                    for (var i = 0; i < count; i++)
                    {
                        values[i] = (float)((values[i] - mean[i]) * square[i]);
                    }
                }
            }
        }
        return scaling;
    }

    /// <summary>Converts weights of scaled features to weights of unscaled ones, in place.</summary>
    /// <param name="weights"><c>[F, K]</c>.</param>
    /// <param name="offset"><c>[K]</c>.</param>
    public void Fold(double[] weights, double[] offset)
    {
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] *= _factors[i / offset.Length];
            offset[i % offset.Length] -= weights[i] * _means[i / offset.Length];
        }
    }
}
