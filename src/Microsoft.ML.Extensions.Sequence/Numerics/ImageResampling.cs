namespace Microsoft.ML.Extensions.Numerics;

/// <summary>Resizes an image by linear interpolation; shrinking averages over all source pixels.</summary>
/// <remarks>
/// A pixel of the result is the mean of pixels of the source weighted by a triangle around its place, whose half base is a pixel of the
/// coarser of both images. One direction after the other. Same size in and out changes nothing.
/// </remarks>
internal static class ImageResampling
{
    /// <summary>Fills <c>[toHeight, toWidth]</c> from <c>[height, width]</c>.</summary>
    public static void Resize(ReadOnlySpan<float> source, int height, int width, Span<float> target, int toHeight, int toWidth)
    {
        var columns = Weights(width, toWidth);
        var rows = Weights(height, toHeight);
        var narrowed = new float[height * toWidth];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < toWidth; x++)
            {
                narrowed[(y * toWidth) + x] = Mean(source[(y * width)..], 1, columns[x]);
            }
        }
        for (var y = 0; y < toHeight; y++)
        {
            for (var x = 0; x < toWidth; x++)
            {
                target[(y * toWidth) + x] = Mean(narrowed.AsSpan(x), toWidth, rows[y]);
            }
        }
    }

    private static float Mean(ReadOnlySpan<float> values, int stride, (int First, float[] Weights) part)
    {
        var sum = 0f;
        for (var i = 0; i < part.Weights.Length; i++)
        {
            sum += part.Weights[i] * values[(part.First + i) * stride];
        }
        return sum;
    }

    // For each place of the result, the first place of the source that counts, and how much it and those after it do.
    private static (int First, float[] Weights)[] Weights(int from, int to)
    {
        var scale = (double)from / to;
        var reach = Math.Max(1, scale);
        var parts = new (int, float[])[to];
        for (var i = 0; i < to; i++)
        {
            var centre = ((i + 0.5) * scale) - 0.5;
            var first = Math.Max(0, (int)Math.Floor(centre - reach) + 1);
            var last = Math.Min(from - 1, (int)Math.Ceiling(centre + reach) - 1);
            var weights = Enumerable.Range(first, last - first + 1).Select(at => 1 - (Math.Abs(at - centre) / reach)).ToArray();
            var total = weights.Sum();
            parts[i] = (first, Array.ConvertAll(weights, weight => (float)(weight / total)));
        }
        return parts;
    }
}
