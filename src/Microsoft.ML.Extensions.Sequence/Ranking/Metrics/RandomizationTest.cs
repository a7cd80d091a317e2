namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The two-sided paired randomization test of a mean: Smucker, Allan and Carterette 2007, A comparison of statistical significance tests
/// for IR evaluation.
/// </summary>
internal static class RandomizationTest
{
    // All assignments of signs up to this number of queries, sampled ones beyond.
    private const int MostEnumerated = 16;
    private const int Draws = 100_000;

    // The tolerance of sums of the same numbers in another order.
    private const double Rounding = 1e-12;

    /// <summary>
    /// The fraction of all assignments of signs, or (1 + count) / (1 + draws) of sampled ones, whose sum is at least as far from 0 as the
    /// given one.
    /// </summary>
    public static double PValue(IReadOnlyList<double> differences, int seed)
    {
        var others = differences.Where(difference => difference != 0).ToArray();
        var bound = Math.Abs(others.Sum()) - (Rounding * others.Sum(Math.Abs));
        if (others.Length <= MostEnumerated)
        {
            var all = 1 << others.Length;
            return (double)Enumerable.Range(0, all)
                .Count(signs => Math.Abs(Sum(others, place => (signs >> place & 1) != 0)) >= bound) / all;
        }
        var (state, far) = ((ulong)(uint)seed, 0);
        var bits = new ulong[(others.Length + 63) / 64];
        for (var draw = 0; draw < Draws; draw++)
        {
            for (var word = 0; word < bits.Length; word++)
            {
                bits[word] = Next(ref state);
            }
            far += Math.Abs(Sum(others, place => (bits[place >> 6] >> (place & 63) & 1) != 0)) >= bound ? 1 : 0;
        }
        return (far + 1d) / (Draws + 1);
    }

    private static double Sum(double[] differences, Func<int, bool> isTurned)
    {
        var sum = 0d;
        for (var place = 0; place < differences.Length; place++)
        {
            sum += isTurned(place) ? -differences[place] : differences[place];
        }
        return sum;
    }

    // SplitMix64 (Steele, Lea and Flood 2014), so that a seed gives the same value with every runtime.
    private static ulong Next(ref ulong state)
    {
        state = unchecked(state + 0x9E3779B97F4A7C15UL);
        var z = unchecked((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9UL);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EBUL);
        return z ^ (z >> 31);
    }
}
