namespace Microsoft.ML.Extensions.Numerics.RandomConvolution;

/// <summary>
/// The convolutions of one representation of a series: for each dilation the 84 kernels of <see cref="TapTriples"/>, each over a few
/// channels and compared with
/// as many biases as its dilation has.
/// </summary>
/// <remarks>
/// Every second convolution pads the series with zeros, so that its output is as long as the series; the others give an output
/// only where all taps lie
/// inside. A series that is too short for that is padded there, too.
/// </remarks>
/// <param name="Dilations">Steps between neighbouring taps, ascending, <c>[D]</c>.</param>
/// <param name="BiasCounts">Biases of each convolution of a dilation, <c>[D]</c>.</param>
/// <param name="ChannelEnds">Where the channels of each convolution end, <c>[84 D]</c>.</param>
/// <param name="Channels">The channels of all convolutions, one after the other; a convolution takes their sum.</param>
internal sealed record ConvolutionBank(int[] Dilations, int[] BiasCounts, int[] ChannelEnds, int[] Channels)
{
    // Each dilation costs 84 convolutions, and more dilations than this do not help (MiniRocket).
    private const int MostDilations = 32;

    private const int MostChannels = 9;

    /// <summary>The biases of all convolutions, one after the other.</summary>
    public float[] Biases { get; init; } = new float[TapTriples.Count * BiasCounts.Sum()];

    /// <summary>The deviation of the outputs that gave the biases of each convolution, <c>[84 D]</c>.</summary>
    public float[] Spreads { get; init; } = new float[ChannelEnds.Length];

    /// <summary>Biases in all.</summary>
    public int Count => Biases.Length;

    /// <summary>Convolutions in all.</summary>
    public int Convolutions => TapTriples.Count * Dilations.Length;

    /// <summary>
    /// The padding of a series on each side: the reach of the largest dilation, but no more than the number of steps, since values
    /// beyond that are zero.
    /// </summary>
    public int Padding(int steps) => (int)Math.Min(steps, TapTriples.Taps / 2 * (long)Dilations[^1]);

    /// <summary>Draws channels and sets dilations; biases are still 0.</summary>
    /// <param name="random">The source of randomness.</param>
    /// <param name="steps">The length of series for which the largest dilation just fits.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="biases">The approximate number of biases, which is rounded to a multiple of 84, at least 84.</param>
    public static ConvolutionBank Draw(Random random, int steps, int channels, int biases)
    {
        var (dilations, counts) = Spread(steps, Math.Max(1, biases / TapTriples.Count));
        var ends = new int[TapTriples.Count * dilations.Length];
        var drawn = new List<int>();
        var all = Enumerable.Range(0, channels).ToArray();
        for (var i = 0; i < ends.Length; i++)
        {
            // The sizes of channel sets are uniform on a logarithmic scale.
            var most = Math.Min(channels, MostChannels);
            var count = Math.Min(most, (int)Math.Pow(2, random.NextDouble() * Math.Log2(most + 1)));
            for (var j = 0; j < count; j++)
            {
                var other = random.Next(j, channels);
                (all[j], all[other]) = (all[other], all[j]);
            }
            drawn.AddRange(all.AsSpan(0, count).ToArray().Order());
            ends[i] = drawn.Count;
        }
        return new ConvolutionBank(dilations, counts, ends, [.. drawn]);
    }

    /// <summary>Whether a convolution pads.</summary>
    public static bool Pads(int convolution) => ((convolution / TapTriples.Count) + (convolution % TapTriples.Count)) % 2 == 0;

    /// <summary>
    /// The outputs of a convolution over a series: the step of the series on which the first is centred, and their number.
    /// </summary>
    public static (int Start, int Length) Outputs(int convolution, int dilation, int steps)
    {
        var margin = TapTriples.Taps / 2 * (long)dilation;
        return Pads(convolution) || steps <= 2 * margin ? (0, steps) : ((int)margin, steps - (2 * (int)margin));
    }

    /// <summary>The channels of a convolution.</summary>
    public ReadOnlySpan<int> ChannelsOf(int convolution)
    {
        var start = convolution == 0 ? 0 : ChannelEnds[convolution - 1];
        return Channels.AsSpan(start, ChannelEnds[convolution] - start);
    }

    // Uniform on a logarithmic scale from 1 to the largest that fits; dilations that occur several times get more biases.
    private static (int[] Dilations, int[] Counts) Spread(int steps, int biases)
    {
        var places = Math.Min(biases, MostDilations);
        var largest = Math.Max(1.0, (steps - 1.0) / (TapTriples.Taps - 1));
        var found = new SortedDictionary<int, int>();
        for (var i = 0; i < biases; i++)
        {
            var place = i % places;
            var dilation = (int)Math.Pow(largest, places == 1 ? 0 : (double)place / (places - 1));
            found[dilation] = found.GetValueOrDefault(dilation) + 1;
        }
        return ([.. found.Keys], [.. found.Values]);
    }
}
