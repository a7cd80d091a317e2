namespace Microsoft.ML.Extensions.Numerics.RandomConvolution;

/// <summary>A row of the training data, <c>[T, C]</c>, time first.</summary>
internal delegate ReadOnlySpan<float> SeriesRow(int row);

/// <summary>
/// Computes the features of a series <c>[T, C]</c> of any length: channels are standardised, and the convolutions of the values, and
/// optionally of their differences where
/// asked for, are pooled over time. A series' features depend on the series alone.
/// </summary>
/// <param name="Means">What is subtracted from each channel, <c>[C]</c>.</param>
/// <param name="Scales">The divisor of each channel, <c>[C]</c>.</param>
/// <param name="Pooling">The pooling of a convolution's outputs.</param>
/// <param name="Values">The convolutions of the values.</param>
/// <param name="Differences">Those of the differences of neighbouring steps; null for none.</param>
internal sealed record SeriesFeatures(
    float[] Means, float[] Scales, ConvolutionPooling Pooling, ConvolutionBank Values, ConvolutionBank? Differences)
{
    // Multiples of the golden ratio: quantiles that are evenly spread for any number.
    private static readonly double Step = (Math.Sqrt(5) - 1) / 2;

    /// <summary>C.</summary>
    public int Channels => Means.Length;

    /// <summary>Features of a series.</summary>
    public int Count => (int)Pooling * (Values.Count + (Differences?.Count ?? 0));

    /// <summary>Draws convolutions and their biases, which are quantiles of the outputs of a random row for each (MiniRocket).</summary>
    /// <param name="random">The source of randomness.</param>
    /// <param name="features">The approximate number of features; at least 84 per representation and pooled number.</param>
    /// <param name="pooling">The pooling of a convolution's outputs.</param>
    /// <param name="differences">Whether differences are a second representation.</param>
    /// <param name="means">The mean of each channel, <c>[C]</c>.</param>
    /// <param name="scales">The divisor of each channel, <c>[C]</c>.</param>
    /// <param name="rows">The number of rows, at least 1.</param>
    /// <param name="row">The rows.</param>
    /// <param name="steps">The length of series that dilations are chosen for.</param>
    /// <param name="checkAlive">Throws when the computation was cancelled.</param>
    public static SeriesFeatures Draw(
        Random random, int features, ConvolutionPooling pooling, bool differences, float[] means, float[] scales, int rows, SeriesRow row,
            int steps, Action checkAlive)
    {
        var biases = features / (int)pooling / (differences ? 2 : 1);
        var values = ConvolutionBank.Draw(random, steps, means.Length, biases);
        var drawn = new SeriesFeatures(
            means, scales, pooling, values, differences ? ConvolutionBank.Draw(random, Math.Max(1, steps - 1), means.Length, biases)
                : null);
        drawn.SetBiases(random, rows, row, checkAlive);
        return drawn;
    }

    /// <summary>Computes the features of a series.</summary>
    /// <param name="series"><c>[T, C]</c>, at least one step.</param>
    /// <param name="features">Receives <see cref="Count"/> numbers.</param>
    /// <param name="scratch">The scratch memory.</param>
    public void Compute(ReadOnlySpan<float> series, Span<float> features, ConvolutionScratch scratch)
    {
        var steps = Standardize(series, scratch);
        ConvolutionKernel.Features(Values, Pooling, scratch.Series, steps, features, scratch);
        if (Differences is not null)
        {
            var fewer = Differentiate(scratch, steps);
            ConvolutionKernel.Features(Differences, Pooling, scratch.Series, fewer, features[((int)Pooling * Values.Count)..], scratch);
        }
    }

    // Transposes time-first values to channel-first.
    private int Standardize(ReadOnlySpan<float> series, ConvolutionScratch scratch)
    {
        var steps = series.Length / Channels;
        scratch.Reserve(steps, Channels, Math.Max(Values.Padding(steps), Differences?.Padding(steps) ?? 0));
        for (var channel = 0; channel < Channels; channel++)
        {
            var target = scratch.Series.AsSpan(channel * steps, steps);
            for (var step = 0; step < steps; step++)
            {
                target[step] = (series[(step * Channels) + channel] - Means[channel]) / Scales[channel];
            }
        }
        return steps;
    }

    // In place; the difference of a single step is 0.
    private int Differentiate(ConvolutionScratch scratch, int steps)
    {
        var fewer = Math.Max(1, steps - 1);
        for (var channel = 0; channel < Channels; channel++)
        {
            for (var step = 0; step < fewer; step++)
            {
                var place = (channel * steps) + step;
                scratch.Series[(channel * fewer) + step] = steps == 1 ? 0 : scratch.Series[place + 1] - scratch.Series[place];
            }
        }
        return fewer;
    }

    private void SetBiases(Random random, int rows, SeriesRow row, Action checkAlive)
    {
        var scratch = new ConvolutionScratch();
        foreach (var (bank, differences) in new[] { (Values, false), (Differences, true) })
        {
            var bias = 0;
            for (var convolution = 0; bank is not null && convolution < bank.Convolutions; convolution++)
            {
                checkAlive();
                var steps = Standardize(row(random.Next(rows)), scratch);
                steps = differences ? Differentiate(scratch, steps) : steps;
                var sorted = ConvolutionKernel.Outputs(bank, convolution, scratch.Series, steps, scratch).ToArray();
                bank.Spreads[convolution] = Deviation(sorted);
                Array.Sort(sorted);
                for (var i = 0; i < bank.BiasCounts[convolution / TapTriples.Count]; i++, bias++)
                {
                    bank.Biases[bias] = Quantile(sorted, (bias + 1) * Step % 1);
                }
            }
        }
    }

    private static float Deviation(float[] values)
    {
        var (mean, square) = (values.Average(value => (double)value), 0.0);
        foreach (var value in values)
        {
            square += (value - mean) * (value - mean);
        }
        return (float)Math.Sqrt(square / values.Length);
    }

    private static float Quantile(float[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        return sorted[below] + ((float)(place - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
    }
}
