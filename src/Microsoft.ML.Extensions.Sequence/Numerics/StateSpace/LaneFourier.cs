using System.Numerics;
using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>
/// The right-angle transform of real series of up to L steps: their polynomials at the L roots of <c>x^L = i</c>, each series a channel of
/// a lane. Products of transforms are convolutions whose steps from 0 to L - 1 are the real parts and all others the imaginary ones, so
/// that nothing is padded against wrap-around.
/// </summary>
/// <remarks>
/// Weights <c>e^(i pi n / 2 L)</c>, then a complex transform of length L by decimation in frequency, depth first; the inverse undoes it
/// step by step, so that the frequencies stay in the order of the digits. L is 2^k or 3 * 2^k. Lanes are complex, <c>[L, 2, lane]</c>.
/// </remarks>
internal sealed unsafe class LaneFourier
{
    // The longest transform without factors.
    private const int Last = 4;

    private const int Shortest = 16;

    // Cosine and sine of each weight, then the factors of the levels, each level a quarter (at first perhaps a third) of the one before.
    private readonly AlignedFloats _weights;
    private readonly AlignedFloats _factors;

    public LaneFourier(int length)
    {
        Length = length;
        (_weights, _factors) = (new AlignedFloats(2 * length), new AlignedFloats(4 * length));
        for (var n = 0; n < length; n++)
        {
            Write(_weights.Start + (2 * n), n, 4.0 * length);
        }
        var factors = _factors.Start;
        for (var level = length; level > Last; level /= Radix(level))
        {
            for (var j = 0; j < level / Radix(level); j++)
            {
                for (var power = 1; power < Radix(level); power++, factors += 2)
                {
                    Write(factors, -power * j, level);
                }
            }
        }
    }

    /// <summary>L.</summary>
    public int Length { get; }

    /// <summary>The smallest possible L of at least a number of steps.</summary>
    public static int LengthOf(int steps)
    {
        var power = Math.Max(Shortest, (int)BitOperations.RoundUpToPowerOf2((uint)steps));
        return power / 4 * 3 >= steps ? power / 4 * 3 : power;
    }

    /// <summary>Transforms a lane of series.</summary>
    /// <param name="source">The series, a lane per step.</param>
    /// <param name="stride">Numbers from a step to the next.</param>
    /// <param name="steps">Steps; all later ones are 0.</param>
    /// <param name="target">The transform.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Forward<TLane>(float* source, nint stride, int steps, float* target) where TLane : struct, IFloatLane<TLane>
    {
        for (var n = 0; n < Length; n++)
        {
            var value = n < steps ? TLane.Load(source + (n * stride)) : TLane.Constant(0);
            TLane.Store(value * TLane.Broadcast(_weights.Start + (2 * n)), target + (2 * n * TLane.Width));
            TLane.Store(value * TLane.Broadcast(_weights.Start + (2 * n) + 1), target + (((2 * n) + 1) * TLane.Width));
        }
        Down<TLane>(target, Length, _factors.Start);
    }

    /// <summary>Undoes <see cref="Forward"/> but for a factor of L, in place; <see cref="At"/> reads the steps.</summary>
    public void Inverse<TLane>(float* values) where TLane : struct, IFloatLane<TLane> => Up<TLane>(values, Length, _factors.Start);

    /// <summary>A step of the inverse.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At<TLane>(float* values, int n) where TLane : struct, IFloatLane<TLane>
    {
        var imaginary = TLane.Load(values + (((2 * n) + 1) * TLane.Width)) * TLane.Broadcast(_weights.Start + (2 * n) + 1);
        return TLane.MultiplyAdd(TLane.Load(values + (2 * n * TLane.Width)), TLane.Broadcast(_weights.Start + (2 * n)), imaginary);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Down<TLane>(float* z, int length, float* factors) where TLane : struct, IFloatLane<TLane>
    {
        if (length <= Last)
        {
            LaneButterflies<TLane>.Last(z, length, forward: true);
            return;
        }
        var (radix, part) = (Radix(length), length / Radix(length));
        if (radix == 3)
        {
            LaneButterflies<TLane>.ThreeDown(z, part, factors);
        }
        else
        {
            LaneButterflies<TLane>.FourDown(z, part, factors);
        }
        for (var index = 0; index < radix; index++)
        {
            Down<TLane>(z + ((nint)2 * index * part * TLane.Width), part, factors + (2 * (radix - 1) * part));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Up<TLane>(float* z, int length, float* factors) where TLane : struct, IFloatLane<TLane>
    {
        if (length <= Last)
        {
            LaneButterflies<TLane>.Last(z, length, forward: false);
            return;
        }
        var (radix, part) = (Radix(length), length / Radix(length));
        for (var index = 0; index < radix; index++)
        {
            Up<TLane>(z + ((nint)2 * index * part * TLane.Width), part, factors + (2 * (radix - 1) * part));
        }
        if (radix == 3)
        {
            LaneButterflies<TLane>.ThreeUp(z, part, factors);
        }
        else
        {
            LaneButterflies<TLane>.FourUp(z, part, factors);
        }
    }

    private static int Radix(int length) => length % 3 == 0 ? 3 : 4;

    // Cosine and sine of a part of the circle.
    private static void Write(float* target, double part, double circle)
    {
        var (sine, cosine) = Math.SinCos(2 * Math.PI * part / circle);
        (target[0], target[1]) = ((float)cosine, (float)sine);
    }
}
