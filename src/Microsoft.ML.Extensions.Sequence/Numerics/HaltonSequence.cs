namespace Microsoft.ML.Extensions.Numerics;

/// <summary>Low-discrepancy points in the unit cube (Halton 1960), the same in every run.</summary>
/// <remarks>
/// Only every 409th point of the sequence is used: neighbours in large bases are correlated, and the leap removes that (Kocis, Whiten 1997,
/// "Computational investigations of low-discrepancy sequences").
/// </remarks>
internal static class HaltonSequence
{
    public const int MaxDimensions = 32;

    private const long Leap = 409;

    private static readonly int[] Bases =
    [
        2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131,
    ];

    /// <summary>A point inside the cube: no coordinate is 0 or 1.</summary>
    /// <param name="index">Which one, from 0.</param>
    /// <param name="point">Filled; at most <see cref="MaxDimensions"/> coordinates.</param>
    public static void Fill(long index, Span<double> point)
    {
        for (var k = 0; k < point.Length; k++)
        {
            point[k] = RadicalInverse((index + 1) * Leap, Bases[k]);
        }
    }

    // The digits of the index, mirrored at the radix point.
    private static double RadicalInverse(long index, int radix)
    {
        var (value, place) = (0.0, 1.0);
        for (; index > 0; index /= radix)
        {
            place /= radix;
            value += place * (index % radix);
        }
        return value;
    }
}
