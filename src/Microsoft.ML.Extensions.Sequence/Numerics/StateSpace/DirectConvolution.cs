using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>Convolutions of short rows, sum by sum: SIMD over channels, eight steps in registers. Immutable.</summary>
internal sealed unsafe class DirectConvolution
{
    /// <summary>The steps of a block, and the zeros before a row.</summary>
    private const int Block = 8;

    private readonly ConvolutionChannels _channels;
    private readonly AlignedFloats _forwards;
    private readonly AlignedFloats? _backwards;

    /// <param name="channels">The channels.</param>
    /// <param name="length">The longest row, a multiple of 8.</param>
    /// <param name="forwards">K, <c>[H, M, L]</c> with at least as many values.</param>
    /// <param name="backwards">K2, of the same shape, or null.</param>
    public DirectConvolution(ConvolutionChannels channels, int length, float[] forwards, float[]? backwards)
    {
        (_channels, Length) = (channels, length);
        _forwards = Taps(forwards);
        _backwards = backwards is null ? null : Taps(backwards);
    }

    /// <summary>The longest row.</summary>
    public int Length { get; }

    public static nint ScratchSize(ConvolutionChannels channels, int steps) =>
        (nint)(RoundUp(steps) + (2 * Block)) * (int)channels.Width;

    /// <summary>A row; scratch is aligned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TLane>(int steps, float* input, float* output, float* scratch) where TLane : struct, IFloatLane<TLane>
    {
        NativeMemory.Clear(scratch, (nuint)ScratchSize(_channels, steps) * sizeof(float));
        var row = scratch + (Block * TLane.Width);
        for (var group = 0; group < _channels.Groups; group++)
        {
            _channels.Gather<TLane>(input, steps, group, row);
            var place = (nint)group * Length * TLane.Width;
            var backwards = _backwards is null ? null : _backwards.Start + place;
            for (var start = 0; start < steps; start += Block)
            {
                Run(start, steps, row, _channels.Feedthrough<TLane>(group), _forwards.Start + place, backwards,
                    output + ((nint)start * _channels.Outputs) + _channels.First(group));
            }
        }
        GC.KeepAlive(this);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run<TLane>(int start, int steps, float* row, TLane feedthrough, float* forwards, float* backwards, float* output)
        where TLane : struct, IFloatLane<TLane>
    {
        var u = row + ((nint)start * TLane.Width);
        var y0 = feedthrough * TLane.Load(u);
        var y1 = feedthrough * TLane.Load(u + TLane.Width);
        var y2 = feedthrough * TLane.Load(u + (2 * TLane.Width));
        var y3 = feedthrough * TLane.Load(u + (3 * TLane.Width));
        var y4 = feedthrough * TLane.Load(u + (4 * TLane.Width));
        var y5 = feedthrough * TLane.Load(u + (5 * TLane.Width));
        var y6 = feedthrough * TLane.Load(u + (6 * TLane.Width));
        var y7 = feedthrough * TLane.Load(u + (7 * TLane.Width));
        var at = u;
        var tap = forwards;
        for (var s = start + Block; s > 0; s--, at -= TLane.Width, tap += TLane.Width)
        {
            var k = TLane.Load(tap);
            y0 = TLane.MultiplyAdd(k, TLane.Load(at), y0);
            y1 = TLane.MultiplyAdd(k, TLane.Load(at + TLane.Width), y1);
            y2 = TLane.MultiplyAdd(k, TLane.Load(at + (2 * TLane.Width)), y2);
            y3 = TLane.MultiplyAdd(k, TLane.Load(at + (3 * TLane.Width)), y3);
            y4 = TLane.MultiplyAdd(k, TLane.Load(at + (4 * TLane.Width)), y4);
            y5 = TLane.MultiplyAdd(k, TLane.Load(at + (5 * TLane.Width)), y5);
            y6 = TLane.MultiplyAdd(k, TLane.Load(at + (6 * TLane.Width)), y6);
            y7 = TLane.MultiplyAdd(k, TLane.Load(at + (7 * TLane.Width)), y7);
        }
        at = u;
        tap = backwards;
        for (var s = backwards == null ? 0 : steps - start; s > 0; s--, at += TLane.Width, tap += TLane.Width)
        {
            var k = TLane.Load(tap);
            y0 = TLane.MultiplyAdd(k, TLane.Load(at), y0);
            y1 = TLane.MultiplyAdd(k, TLane.Load(at + TLane.Width), y1);
            y2 = TLane.MultiplyAdd(k, TLane.Load(at + (2 * TLane.Width)), y2);
            y3 = TLane.MultiplyAdd(k, TLane.Load(at + (3 * TLane.Width)), y3);
            y4 = TLane.MultiplyAdd(k, TLane.Load(at + (4 * TLane.Width)), y4);
            y5 = TLane.MultiplyAdd(k, TLane.Load(at + (5 * TLane.Width)), y5);
            y6 = TLane.MultiplyAdd(k, TLane.Load(at + (6 * TLane.Width)), y6);
            y7 = TLane.MultiplyAdd(k, TLane.Load(at + (7 * TLane.Width)), y7);
        }
        var left = steps - start;
        Store(y0, left > 0, output);
        Store(y1, left > 1, output + _channels.Outputs);
        Store(y2, left > 2, output + (2 * (nint)_channels.Outputs));
        Store(y3, left > 3, output + (3 * (nint)_channels.Outputs));
        Store(y4, left > 4, output + (4 * (nint)_channels.Outputs));
        Store(y5, left > 5, output + (5 * (nint)_channels.Outputs));
        Store(y6, left > 6, output + (6 * (nint)_channels.Outputs));
        Store(y7, left > 7, output + (7 * (nint)_channels.Outputs));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLane>(TLane value, bool isStep, float* output) where TLane : struct, IFloatLane<TLane>
    {
        if (isStep)
        {
            TLane.Store(value, output);
        }
    }

    private static int RoundUp(int steps) => (steps + Block - 1) / Block * Block;

    private AlignedFloats Taps(float[] kernels)
    {
        var taps = new AlignedFloats(checked(_channels.Groups * Length * (int)_channels.Width));
        for (var group = 0; group < _channels.Groups; group++)
        {
            _channels.Gather(kernels, group, Length, taps.Start + ((nint)group * Length * (int)_channels.Width));
        }
        return taps;
    }
}
