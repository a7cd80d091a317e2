namespace Microsoft.ML.Extensions.Numerics;

/// <summary>Whether one model's losses are lower than another's on the same rows, beyond what chance alone gives.</summary>
/// <remarks>
/// The one-standard-error rule (Breiman et al. 1984, Classification and Regression Trees, section 3.4.3) for paired differences. Rows are
/// in order, and neighbours may be correlated, as windows of one series are, so the standard error is that of the means of a few long
/// blocks.
/// </remarks>
internal static class PairedLosses
{
    private const int Blocks = 10;

    /// <summary>
    /// The mean of <paramref name="others"/> less that of <paramref name="losses"/>, and its standard error; 0 for fewer than two rows.
    /// </summary>
    /// <exception cref="ArgumentException">The counts differ, or there is no row.</exception>
    public static (double Gain, double StandardError) Compare(IReadOnlyList<float> losses, IReadOnlyList<float> others)
    {
        if (losses.Count != others.Count || losses.Count == 0)
        {
            throw new ArgumentException(
                $"{losses.Count} losses cannot be compared with {others.Count}: both must be of the same rows, at least one.",
                nameof(others));
        }
        var differences = losses.Zip(others, (loss, other) => (double)other - loss).ToArray();
        var count = Math.Min(Blocks, differences.Length);
        var means = Enumerable.Range(0, count).Select(block => differences[Start(block)..Start(block + 1)].Average()).ToArray();
        var mean = means.Average();
        var error = count < 2 ? 0 : Math.Sqrt(means.Sum(value => (value - mean) * (value - mean)) / (count - 1) / count);
        return (differences.Average(), error);

        int Start(int block) => (int)((long)differences.Length * block / count);
    }
}
