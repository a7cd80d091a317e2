namespace Microsoft.ML.Extensions.Numerics.RandomConvolution;

/// <summary>
/// The definition of a series' features, one output after the other: the reference of <see cref="ConvolutionKernel"/>.
/// </summary>
internal static class ConvolutionReference
{
    // What is summed over outputs is summed over every sixteenth first.
    private const int Sums = 16;

    /// <inheritdoc cref="ConvolutionKernel.Features"/>
    public static float[] Features(ConvolutionBank bank, ConvolutionPooling pooling, ReadOnlySpan<float> series, int steps)
    {
        var features = new List<float>();
        for (var convolution = 0; convolution < bank.Convolutions; convolution++)
        {
            var outputs = Outputs(bank, convolution, series, steps);
            for (var i = 0; i < bank.BiasCounts[convolution / TapTriples.Count]; i++)
            {
                features.AddRange(Pool(pooling, outputs, bank.Biases[features.Count / (int)pooling], bank.Spreads[convolution]));
            }
        }
        return [.. features];
    }

    /// <summary>The outputs of one convolution.</summary>
    public static float[] Outputs(ConvolutionBank bank, int convolution, ReadOnlySpan<float> series, int steps)
    {
        var dilation = bank.Dilations[convolution / TapTriples.Count];
        var (start, length) = ConvolutionBank.Outputs(convolution, dilation, steps);
        var outputs = new float[length];
        for (var i = 0; i < length; i++)
        {
            var taps = new float[TapTriples.Taps];
            for (var j = 0; j < taps.Length; j++)
            {
                taps[j] = Signal(bank.ChannelsOf(convolution), series, steps, start + i + ((j - (TapTriples.Taps / 2)) * (long)dilation));
            }
            var (first, second, third) = TapTriples.All[convolution % TapTriples.Count];
            var sum = taps[0];
            for (var j = 1; j < taps.Length; j++)
            {
                sum += taps[j];
            }
            outputs[i] = -sum + (3 * (taps[first] + taps[second] + taps[third]));
        }
        return outputs;
    }

    private static float Signal(ReadOnlySpan<int> channels, ReadOnlySpan<float> series, int steps, long step)
    {
        var sum = 0f;
        foreach (var channel in channels)
        {
            sum += step >= 0 && step < steps ? series[(channel * steps) + (int)step] : 0;
        }
        return sum;
    }

    private static float[] Pool(ConvolutionPooling pooling, float[] outputs, float bias, float spread)
    {
        var (excess, places) = (new float[Sums], new float[Sums]);
        var (above, run, longest) = (0, 0, 0);
        for (var i = 0; i < outputs.Length; i++)
        {
            var isAbove = outputs[i] > bias;
            run = isAbove ? run + 1 : 0;
            longest = Math.Max(longest, run);
            if (isAbove)
            {
                above++;
                excess[i % Sums] += outputs[i] - bias;
                places[i % Sums] += i + 0.5f;
            }
        }
        var share = (float)above / outputs.Length;
        var mean = above == 0 ? 0 : InOrder(excess) / above;
        float[] all =
        [
            share,
            mean == 0 ? 0 : mean / (mean + spread),
            above == 0 ? 0 : InOrder(places) / above / outputs.Length,
            (float)longest / outputs.Length,
        ];
        return all[..(int)pooling];
    }

    private static float InOrder(float[] sums)
    {
        var sum = 0f;
        foreach (var part in sums)
        {
            sum += part;
        }
        return sum;
    }
}
