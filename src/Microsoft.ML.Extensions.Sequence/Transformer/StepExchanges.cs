namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The deviation of a function from permutation equivariance, <c>f(P X) = P f(X)</c>, over the exchanges P of two steps, which generate all
/// permutations.
/// </summary>
internal static class StepExchanges
{
    /// <summary>A function of sequences that lie one after the other, step after step.</summary>
    public delegate double[] Evaluation(ReadOnlySpan<double> sequences);

    /// <summary>The largest number of <c>f(P X) - P f(X)</c> over all exchanges.</summary>
    /// <param name="function">f.</param>
    /// <param name="sequences">The sequences X.</param>
    /// <param name="steps">n.</param>
    /// <param name="channels">d.</param>
    /// <param name="outputs">m.</param>
    public static double Residual(Evaluation function, ReadOnlySpan<double> sequences, int steps, int channels, int outputs)
    {
        var (values, largest) = (function(sequences), 0.0);
        for (var left = 0; left < steps; left++)
        {
            for (var right = left + 1; right < steps; right++)
            {
                var (exchanged, expected) = (sequences.ToArray(), (double[])values.Clone());
                Exchange(exchanged, steps * channels, channels, left, right);
                Exchange(expected, steps * outputs, outputs, left, right);
                largest = Math.Max(largest, function(exchanged).Zip(expected, (a, b) => Math.Abs(a - b)).Max());
            }
        }
        return largest;
    }

    private static void Exchange(double[] sequences, int size, int channels, int left, int right)
    {
        for (var start = 0; start < sequences.Length; start += size)
        {
            for (var channel = 0; channel < channels; channel++)
            {
                ref var one = ref sequences[start + (left * channels) + channel];
                ref var other = ref sequences[start + (right * channels) + channel];
                (one, other) = (other, one);
            }
        }
    }
}
