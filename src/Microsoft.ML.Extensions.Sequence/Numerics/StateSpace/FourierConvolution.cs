using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>Convolutions of long rows by <see cref="LaneFourier"/>: SIMD over channels. Immutable.</summary>
internal sealed unsafe class FourierConvolution
{
    private readonly ConvolutionChannels _channels;
    private readonly LaneFourier _fourier;

    // [groups, L, 2, lane], over L.
    private readonly AlignedFloats _spectrum;

    /// <param name="channels">The channels.</param>
    /// <param name="length">The longest row, as of <see cref="LaneFourier.LengthOf"/>.</param>
    /// <param name="forwards">K, <c>[H, M, L]</c>.</param>
    /// <param name="backwards">K2, of the same shape, or null.</param>
    public FourierConvolution(ConvolutionChannels channels, int length, float[] forwards, float[]? backwards)
    {
        (_channels, _fourier) = (channels, new LaneFourier(length));
        _spectrum = new AlignedFloats(checked(2 * channels.Groups * length * (int)channels.Width));
        switch (channels.Width)
        {
            case LaneWidth.Sixteen:
                Fill<Lane512>(forwards, backwards);
                break;
            case LaneWidth.Eight:
                Fill<Lane256>(forwards, backwards);
                break;
            case LaneWidth.Four:
                Fill<Lane128>(forwards, backwards);
                break;
            default:
                Fill<ScalarLane>(forwards, backwards);
                break;
        }
    }

    public static nint ScratchSize(ConvolutionChannels channels, int steps) =>
        ((nint)steps + (2 * LaneFourier.LengthOf(steps))) * (int)channels.Width;

    /// <summary>A row; scratch is aligned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TLane>(int steps, float* input, float* output, float* scratch) where TLane : struct, IFloatLane<TLane>
    {
        var z = scratch;
        var row = scratch + ((nint)2 * _fourier.Length * TLane.Width);
        for (var group = 0; group < _channels.Groups; group++)
        {
            _channels.Gather<TLane>(input, steps, group, row);
            _fourier.Forward<TLane>(row, TLane.Width, steps, z);
            var spectrum = Spectrum<TLane>(group);
            for (var k = 0; k < _fourier.Length; k++)
            {
                var place = (nint)2 * k * TLane.Width;
                (LaneComplex<TLane>.Load(z + place) * LaneComplex<TLane>.Load(spectrum + place)).Store(z + place);
            }
            _fourier.Inverse<TLane>(z);
            var target = output + _channels.First(group);
            var feedthrough = _channels.Feedthrough<TLane>(group);
            for (var t = 0; t < steps; t++, target += _channels.Outputs)
            {
                var through = TLane.Load(row + ((nint)t * TLane.Width));
                TLane.Store(TLane.MultiplyAdd(feedthrough, through, _fourier.At<TLane>(z, t)), target);
            }
        }
        GC.KeepAlive(this);
    }

    private float* Spectrum<TLane>(int group) where TLane : struct, IFloatLane<TLane> =>
        _spectrum.Start + ((nint)2 * group * _fourier.Length * TLane.Width);

    private void Fill<TLane>(float[] forwards, float[]? backwards) where TLane : struct, IFloatLane<TLane>
    {
        var taps = new AlignedFloats(_fourier.Length * TLane.Width);
        var other = new AlignedFloats(2 * _fourier.Length * TLane.Width);
        var scale = TLane.Constant(1.0 / _fourier.Length);
        for (var group = 0; group < _channels.Groups; group++)
        {
            var spectrum = Spectrum<TLane>(group);
            _channels.Gather(forwards, group, _fourier.Length, taps.Start);
            _fourier.Forward<TLane>(taps.Start, TLane.Width, _fourier.Length, spectrum);
            if (backwards is not null)
            {
                _channels.Gather(backwards, group, _fourier.Length, taps.Start);
                _fourier.Forward<TLane>(taps.Start, TLane.Width, _fourier.Length, other.Start);
            }
            for (var k = 0; k < _fourier.Length; k++)
            {
                // Conjugating a spectrum reverses time.
                var place = (nint)2 * k * TLane.Width;
                var both = LaneComplex<TLane>.Load(spectrum + place) + LaneComplex<TLane>.Load(other.Start + place).Conjugate;
                both.Scaled(scale).Store(spectrum + place);
            }
        }
        GC.KeepAlive(taps);
        GC.KeepAlive(other);
    }
}
