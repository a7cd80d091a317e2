using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.Extensions.Numerics.RandomConvolution;

/// <summary>
/// The fast computation of a series' features, sixteen outputs at a time. Equal to <see cref="ConvolutionReference"/> to the last bit.
/// </summary>
/// <remarks>
/// The kernels of a dilation share the sum of their nine taps, so that each costs three additions an output (MiniRocket). Every output is
/// one sum in
/// fixed order, and sums over outputs use sixteen partial sums; machines with narrower vectors use several vectors for the sixteen, so the
/// bits are the same.
/// </remarks>
internal static class ConvolutionKernel
{
    private const int Width = 16;

    /// <summary>The features of one representation of a series.</summary>
    /// <param name="bank">The convolutions.</param>
    /// <param name="pooling">The pooling of their outputs.</param>
    /// <param name="series"><c>[C, T]</c>, channel by channel.</param>
    /// <param name="steps">T.</param>
    /// <param name="features">Receives the features of each bias in turn.</param>
    /// <param name="scratch">The scratch memory.</param>
    public static void Features(
        ConvolutionBank bank, ConvolutionPooling pooling, ReadOnlySpan<float> series, int steps, Span<float> features,
            ConvolutionScratch scratch)
    {
        var run = new Run(bank, series, steps, scratch);
        var (convolution, bias) = (0, 0);
        for (var d = 0; d < bank.Dilations.Length; d++)
        {
            for (var kernel = 0; kernel < TapTriples.Count; kernel++, convolution++)
            {
                var outputs = run.Outputs(convolution);
                for (var i = 0; i < bank.BiasCounts[d]; i++, bias++)
                {
                    Pool(pooling, scratch.Outputs, outputs, bank.Biases[bias], bank.Spreads[convolution],
                        features.Slice(bias * (int)pooling, (int)pooling));
                }
            }
        }
    }

    /// <summary>The outputs of one convolution; valid until the scratch is used again.</summary>
    public static ReadOnlySpan<float> Outputs(
        ConvolutionBank bank, int convolution, ReadOnlySpan<float> series, int steps, ConvolutionScratch scratch)
    {
        var count = new Run(bank, series, steps, scratch).Outputs(convolution);
        return scratch.Outputs.AsSpan(0, count);
    }

    // Outputs beyond the last are minus infinity, which is above no bias.
    private static void Pool(ConvolutionPooling pooling, float[] outputs, int count, float bias, float spread, Span<float> features)
    {
        if (pooling == ConvolutionPooling.Share)
        {
            features[0] = (float)Above(outputs, count, bias) / count;
            return;
        }
        var (above, excess, places) = Sums(outputs, count, bias);
        features[0] = (float)above / count;
        features[1] = Excess(above == 0 ? 0 : excess / above, spread);
        if (pooling == ConvolutionPooling.Four)
        {
            features[2] = above == 0 ? 0 : places / above / count;
            features[3] = (float)Longest(outputs, count, bias) / count;
        }
    }

    /// <summary>How far outputs exceed a bias, from 0 to 1.</summary>
    public static float Excess(float mean, float spread) => mean == 0 ? 0 : mean / (mean + spread);

    private static int Above(float[] outputs, int count, float bias)
    {
        var level = Vector512.Create(bias);
        var above = Vector512<int>.Zero;
        ref var first = ref MemoryMarshal.GetArrayDataReference(outputs);
        for (var i = 0; i < count; i += Width)
        {
            above -= Vector512.GreaterThan(Vector512.LoadUnsafe(ref first, (nuint)i), level).AsInt32();
        }
        return Vector512.Sum(above);
    }

    private static (int Above, float Excess, float Places) Sums(float[] outputs, int count, float bias)
    {
        var (level, step) = (Vector512.Create(bias), Vector512.Create((float)Width));
        var (above, sum, places) = (Vector512<int>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var place = Vector512.Create(0.5f, 1.5f, 2.5f, 3.5f, 4.5f, 5.5f, 6.5f, 7.5f, 8.5f, 9.5f, 10.5f, 11.5f, 12.5f, 13.5f, 14.5f, 15.5f);
        ref var first = ref MemoryMarshal.GetArrayDataReference(outputs);
        for (var i = 0; i < count; i += Width)
        {
            var values = Vector512.LoadUnsafe(ref first, (nuint)i);
            var mask = Vector512.GreaterThan(values, level);
            above -= mask.AsInt32();
            sum += mask & (values - level);
            places += mask & place;
            place += step;
        }
        return (Vector512.Sum(above), InOrder(sum), InOrder(places));
    }

    private static int Longest(float[] outputs, int count, float bias)
    {
        const ulong all = (1UL << Width) - 1;
        var level = Vector512.Create(bias);
        var (longest, run) = (0, 0);
        ref var first = ref MemoryMarshal.GetArrayDataReference(outputs);
        for (var i = 0; i < count; i += Width)
        {
            var bits = Vector512.GreaterThan(Vector512.LoadUnsafe(ref first, (nuint)i), level).ExtractMostSignificantBits();
            if (bits == all)
            {
                run += Width;
                continue;
            }
            longest = Math.Max(longest, run + BitOperations.TrailingZeroCount(~bits));
            run = BitOperations.LeadingZeroCount(~(bits << (64 - Width)));
            for (var inside = bits; inside != 0;)
            {
                inside >>= BitOperations.TrailingZeroCount(inside);
                var length = BitOperations.TrailingZeroCount(~inside);
                longest = Math.Max(longest, length);
                inside >>= length;
            }
        }
        return Math.Max(longest, run);
    }

    private static float InOrder(Vector512<float> sums)
    {
        var sum = 0f;
        for (var i = 0; i < Width; i++)
        {
            sum += sums[i];
        }
        return sum;
    }

    // Values shared by neighbouring convolutions are computed once.
    private ref struct Run(ConvolutionBank bank, ReadOnlySpan<float> series, int steps, ConvolutionScratch scratch)
    {
        private readonly ReadOnlySpan<float> _series = series;
        private readonly int _padding = bank.Padding(steps);
        private ReadOnlySpan<int> _channels;
        private int _dilation;

        public int Outputs(int convolution)
        {
            var dilation = bank.Dilations[convolution / TapTriples.Count];
            var channels = bank.ChannelsOf(convolution);
            var isNew = !channels.SequenceEqual(_channels);
            if (isNew)
            {
                SetSignal(channels);
            }
            if (isNew || dilation != _dilation)
            {
                SetNegated(dilation);
            }
            _channels = channels;
            _dilation = dilation;
            var (start, length) = ConvolutionBank.Outputs(convolution, dilation, steps);
            SetOutputs(TapTriples.All[convolution % TapTriples.Count], dilation, start, length);
            return length;
        }

        private readonly void SetSignal(ReadOnlySpan<int> channels)
        {
            var signal = scratch.Signal.AsSpan(0, steps + (2 * _padding) + ConvolutionScratch.Slack);
            signal.Clear();
            var inside = signal.Slice(_padding, steps);
            foreach (var channel in channels)
            {
                var values = _series.Slice(channel * steps, steps);
                for (var i = 0; i < values.Length; i++)
                {
                    inside[i] += values[i];
                }
            }
        }

        private readonly void SetNegated(int dilation)
        {
            ref var signal = ref MemoryMarshal.GetArrayDataReference(scratch.Signal);
            ref var negated = ref MemoryMarshal.GetArrayDataReference(scratch.Negated);
            Span<int> taps = stackalloc int[TapTriples.Taps];
            for (var j = 0; j < taps.Length; j++)
            {
                taps[j] = Tap(j, dilation);
            }
            for (var i = 0; i < steps; i += Width)
            {
                var sum = Vector512.LoadUnsafe(ref signal, (nuint)(taps[0] + i));
                for (var j = 1; j < taps.Length; j++)
                {
                    sum += Vector512.LoadUnsafe(ref signal, (nuint)(taps[j] + i));
                }
                (-sum).StoreUnsafe(ref negated, (nuint)i);
            }
        }

        private readonly void SetOutputs((int First, int Second, int Third) taps, int dilation, int start, int length)
        {
            ref var signal = ref MemoryMarshal.GetArrayDataReference(scratch.Signal);
            ref var negated = ref MemoryMarshal.GetArrayDataReference(scratch.Negated);
            ref var outputs = ref MemoryMarshal.GetArrayDataReference(scratch.Outputs);
            var (first, second, third) = (
                start + Tap(taps.First, dilation), start + Tap(taps.Second, dilation), start + Tap(taps.Third, dilation));
            var three = Vector512.Create(3f);
            for (var i = 0; i < length; i += Width)
            {
                var sum = Vector512.LoadUnsafe(ref signal, (nuint)(first + i)) + Vector512.LoadUnsafe(ref signal, (nuint)(second + i))
                    + Vector512.LoadUnsafe(ref signal, (nuint)(third + i));
                (Vector512.LoadUnsafe(ref negated, (nuint)(start + i)) + (three * sum)).StoreUnsafe(ref outputs, (nuint)i);
            }
            scratch.Outputs.AsSpan(length, Width).Fill(float.NegativeInfinity);
        }

        // The position that a tap of the first step reads; a tap beyond the padding reads only zeros.
        private readonly int Tap(int tap, int dilation) =>
            _padding + (int)Math.Clamp((tap - (TapTriples.Taps / 2)) * (long)dilation, -_padding, _padding);
    }
}
