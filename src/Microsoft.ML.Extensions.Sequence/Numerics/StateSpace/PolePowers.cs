using System.Numerics;
using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>The powers of a feature's poles, tile by tile along the length.</summary>
internal sealed unsafe class PolePowers : IDisposable
{
    private readonly int _width;
    private readonly Complex[] _start;
    private readonly Complex[] _stride;
    private readonly FloatBuffer _base;
    private readonly FloatBuffer _step;

    /// <param name="shape">The sizes.</param>
    /// <param name="data">The poles.</param>
    /// <param name="feature">Which feature's.</param>
    /// <param name="width">How many powers a lane holds.</param>
    /// <param name="chain">How many lanes a tile holds.</param>
    public PolePowers(VandermondeShape shape, VandermondeData data, int feature, int width, int chain)
    {
        (_width, Tile) = (width, width * chain);
        (_start, _stride) = (new Complex[shape.Modes], new Complex[shape.Modes]);
        (_base, _step) = (new FloatBuffer(2 * width * shape.Modes), new FloatBuffer(2 * shape.Modes));
        for (var mode = 0; mode < shape.Modes; mode++)
        {
            var place = ((nint)feature * shape.Modes) + mode;
            Prepare(mode, new Complex(data.PoleReal[place], data.PoleImaginary[place]), chain);
        }
    }

    /// <summary>How many powers a tile holds.</summary>
    public int Tile { get; }

    /// <summary>Whether the tile's first power of a mode, and so all later ones, are negligible.</summary>
    public bool IsNegligible(int mode, double bound) =>
        Math.Abs(_start[mode].Real) + Math.Abs(_start[mode].Imaginary) < bound && Magnitude(_stride[mode]) <= 1;

    /// <summary>The tile's first lane of powers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (TLane Real, TLane Imaginary) First<TLane>(int mode) where TLane : struct, IFloatLane<TLane>
    {
        var (re, im) = (TLane.Load(_base.Start + (2 * mode * _width)), TLane.Load(_base.Start + (((2 * mode) + 1) * _width)));
        var (startRe, startIm) = (TLane.Constant((float)_start[mode].Real), TLane.Constant((float)_start[mode].Imaginary));
        return ((re * startRe) - (im * startIm), TLane.MultiplyAdd(re, startIm, im * startRe));
    }

    /// <summary>The factor from one lane to the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (TLane Real, TLane Imaginary) Step<TLane>(int mode) where TLane : struct, IFloatLane<TLane> =>
        (TLane.Constant(_step.Start[2 * mode]), TLane.Constant(_step.Start[(2 * mode) + 1]));

    public void NextTile()
    {
        for (var mode = 0; mode < _start.Length; mode++)
        {
            _start[mode] *= _stride[mode];
        }
    }

    public void Dispose()
    {
        _base.Dispose();
        _step.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Prepare(int mode, Complex pole, int chain)
    {
        var power = Complex.One;
        for (var lane = 0; lane < _width; lane++)
        {
            _base.Start[(2 * mode * _width) + lane] = (float)power.Real;
            _base.Start[(((2 * mode) + 1) * _width) + lane] = (float)power.Imaginary;
            power *= pole;
        }
        (_step.Start[2 * mode], _step.Start[(2 * mode) + 1]) = ((float)power.Real, (float)power.Imaginary);
        var stride = Complex.One;
        for (var lane = 0; lane < chain; lane++)
        {
            stride *= power;
        }
        (_start[mode], _stride[mode]) = (Complex.One, stride);
    }

    private static double Magnitude(Complex value) => (value.Real * value.Real) + (value.Imaginary * value.Imaginary);
}
