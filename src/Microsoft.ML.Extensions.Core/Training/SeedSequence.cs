namespace Microsoft.ML.Extensions.Training;

/// <summary>
/// Derives independent seeds from one: each epoch and each use of randomness has its own, so that an epoch can be repeated alone.
/// </summary>
internal static class SeedSequence
{
    /// <summary>A seed for the given index; the mixing of SplitMix64 (Steele, Lea and Flood, 2014).</summary>
    public static int Derive(int seed, long index)
    {
        var z = unchecked((ulong)(uint)seed * 0x9E3779B97F4A7C15UL + (ulong)index * 0xD1B54A32D192ED03UL + 0x9E3779B97F4A7C15UL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return (int)((z ^ (z >> 31)) & int.MaxValue);
    }

    /// <summary>True for about this fraction of all rows, always the same ones for a seed.</summary>
    public static bool Draws(int seed, long row, double fraction) => Derive(seed, row) < fraction * int.MaxValue;
}
