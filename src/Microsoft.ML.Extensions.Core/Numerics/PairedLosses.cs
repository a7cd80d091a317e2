namespace Microsoft.ML.Extensions.Numerics;

/// <summary>Whether one model's losses are lower than another's on the same rows, beyond what chance alone gives.</summary>
/// <remarks>
/// The one-standard-error rule (Breiman et al. 1984, Classification and Regression Trees, section 3.4.3) for differences of pairs. Rows are in
/// order, and neighbours may say nearly the same, as windows of one series do: so the error is that of the means of a few long blocks, not of rows.
/// </remarks>
internal static class PairedLosses
{
    private const int Blocks = 10;

    /// <summary>The mean by which <paramref name="losses"/> are lower than <paramref name="others"/>, and its standard error; 0 where there are fewer than two rows.</summary>
    /// <exception cref="ArgumentException">They are not of the same rows.</exception>
    public static (double Gain, double StandardError) Compare(IReadOnlyList<float> losses, IReadOnlyList<float> others)
    {
        if (losses.Count != others.Count || losses.Count == 0)
        {
            throw new ArgumentException($"{losses.Count} losses cannot be compared with {others.Count}: both are of the same rows, at least one.", nameof(others));
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
