using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>
/// The levels of a <see cref="LaneFourier"/>: down, short transforms across equal parts and then the factors; up, the same backwards.
/// </summary>
internal static unsafe class LaneButterflies<TLane> where TLane : struct, IFloatLane<TLane>
{
    // Of 60 degrees.
    private const double Sine = 0.86602540378443865;

    /// <summary>A whole transform of two or four numbers, or its inverse.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Last(float* z, int length, bool forward)
    {
        nint step = 2 * TLane.Width;
        var (a, b) = (LaneComplex<TLane>.Load(z), LaneComplex<TLane>.Load(z + step));
        if (length == 2)
        {
            (a + b).Store(z);
            (a - b).Store(z + step);
            return;
        }
        var (c, d) = (LaneComplex<TLane>.Load(z + (2 * step)), LaneComplex<TLane>.Load(z + (3 * step)));
        var (even, evenTurned, odd, oddTurned) = (a + c, a - c, b + d, (forward ? d - b : b - d).Turned);
        (even + odd).Store(z);
        (evenTurned + oddTurned).Store(z + step);
        (even - odd).Store(z + (2 * step));
        (evenTurned - oddTurned).Store(z + (3 * step));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FourDown(float* z, int part, float* factors)
    {
        var step = (nint)2 * part * TLane.Width;
        for (var j = 0; j < part; j++, z += 2 * TLane.Width, factors += 6)
        {
            var (a, b) = (LaneComplex<TLane>.Load(z), LaneComplex<TLane>.Load(z + step));
            var (c, d) = (LaneComplex<TLane>.Load(z + (2 * step)), LaneComplex<TLane>.Load(z + (3 * step)));
            var (even, evenTurned, odd, oddTurned) = (a + c, a - c, b + d, (b - d).Turned);
            (even + odd).Store(z);
            ((evenTurned - oddTurned) * LaneComplex<TLane>.Broadcast(factors)).Store(z + step);
            ((even - odd) * LaneComplex<TLane>.Broadcast(factors + 2)).Store(z + (2 * step));
            ((evenTurned + oddTurned) * LaneComplex<TLane>.Broadcast(factors + 4)).Store(z + (3 * step));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FourUp(float* z, int part, float* factors)
    {
        var step = (nint)2 * part * TLane.Width;
        for (var j = 0; j < part; j++, z += 2 * TLane.Width, factors += 6)
        {
            var a = LaneComplex<TLane>.Load(z);
            var b = LaneComplex<TLane>.Load(z + step) * LaneComplex<TLane>.Broadcast(factors).Conjugate;
            var c = LaneComplex<TLane>.Load(z + (2 * step)) * LaneComplex<TLane>.Broadcast(factors + 2).Conjugate;
            var d = LaneComplex<TLane>.Load(z + (3 * step)) * LaneComplex<TLane>.Broadcast(factors + 4).Conjugate;
            var (even, evenTurned, odd, oddTurned) = (a + c, a - c, b + d, (b - d).Turned);
            (even + odd).Store(z);
            (evenTurned + oddTurned).Store(z + step);
            (even - odd).Store(z + (2 * step));
            (evenTurned - oddTurned).Store(z + (3 * step));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ThreeDown(float* z, int part, float* factors)
    {
        var step = (nint)2 * part * TLane.Width;
        var (half, sine) = (TLane.Constant(0.5), TLane.Constant(Sine));
        for (var j = 0; j < part; j++, z += 2 * TLane.Width, factors += 4)
        {
            var (a, b, c) = (LaneComplex<TLane>.Load(z), LaneComplex<TLane>.Load(z + step), LaneComplex<TLane>.Load(z + (2 * step)));
            var (sum, difference) = (b + c, (b - c).Scaled(sine).Turned);
            var middle = a - sum.Scaled(half);
            (a + sum).Store(z);
            ((middle - difference) * LaneComplex<TLane>.Broadcast(factors)).Store(z + step);
            ((middle + difference) * LaneComplex<TLane>.Broadcast(factors + 2)).Store(z + (2 * step));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ThreeUp(float* z, int part, float* factors)
    {
        var step = (nint)2 * part * TLane.Width;
        var (half, sine) = (TLane.Constant(0.5), TLane.Constant(Sine));
        for (var j = 0; j < part; j++, z += 2 * TLane.Width, factors += 4)
        {
            var a = LaneComplex<TLane>.Load(z);
            var b = LaneComplex<TLane>.Load(z + step) * LaneComplex<TLane>.Broadcast(factors).Conjugate;
            var c = LaneComplex<TLane>.Load(z + (2 * step)) * LaneComplex<TLane>.Broadcast(factors + 2).Conjugate;
            var (sum, difference) = (b + c, (b - c).Scaled(sine).Turned);
            var middle = a - sum.Scaled(half);
            (a + sum).Store(z);
            (middle + difference).Store(z + step);
            (middle - difference).Store(z + (2 * step));
        }
    }
}
