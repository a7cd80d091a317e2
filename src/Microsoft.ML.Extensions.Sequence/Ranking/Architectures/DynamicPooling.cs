using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Max pooling of pairs of texts of any length to a fixed grid (Pang et al. 2016, section 3.2); cells are fractions of the true lengths.
/// </summary>
internal static class DynamicPooling
{
    /// <summary><c>[S, H, Lq, Ld]</c> to <c>[S, H, rows, columns]</c>.</summary>
    public static Tensor Of(Tensor grid, int[] queryLengths, int[] documentLengths, int rows, int columns) =>
        Along(Along(grid.transpose(2, 3), documentLengths, columns).transpose(2, 3), queryLengths, rows);

    // [S, H, L, M] to [S, H, parts, M].
    private static Tensor Along(Tensor values, int[] lengths, int parts)
    {
        var (width, places) = Places(lengths, parts);
        var (pairs, channels, steps, others) = (values.shape[0], values.shape[1], values.shape[2], values.shape[3]);
        var index = tensor(places, [pairs, 1, parts * width, 1], ScalarType.Int64, device: values.device)
            .expand(pairs, channels, parts * width, others);
        return values.gather(2, index).view(pairs, channels, parts, width, others).amax([3]);
    }

    // Part p covers floor(p n / parts) to ceil((p + 1) n / parts); narrower parts repeat their last index.
    private static (int Width, long[] Places) Places(int[] lengths, int parts)
    {
        var width = lengths.Max(length => (int)TextGrid.Up(length, parts)) + 1;
        var places = new long[lengths.Length * parts * width];
        for (var pair = 0; pair < lengths.Length; pair++)
        {
            for (var part = 0; part < parts; part++)
            {
                var (first, end) = ((long)part * lengths[pair] / parts, TextGrid.Up((part + 1L) * lengths[pair], parts));
                for (var i = 0; i < width; i++)
                {
                    places[(((pair * parts) + part) * width) + i] = Math.Min(first + i, end - 1);
                }
            }
        }
        return (width, places);
    }
}
