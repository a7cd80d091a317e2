using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>A lane of complex numbers; in memory the real parts, then the imaginary ones.</summary>
internal readonly unsafe struct LaneComplex<TLane>(TLane real, TLane imaginary) where TLane : struct, IFloatLane<TLane>
{
    public readonly TLane Real = real;
    public readonly TLane Imaginary = imaginary;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneComplex<TLane> operator +(LaneComplex<TLane> left, LaneComplex<TLane> right) =>
        new(left.Real + right.Real, left.Imaginary + right.Imaginary);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneComplex<TLane> operator -(LaneComplex<TLane> left, LaneComplex<TLane> right) =>
        new(left.Real - right.Real, left.Imaginary - right.Imaginary);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneComplex<TLane> operator *(LaneComplex<TLane> left, LaneComplex<TLane> right) => new(
        TLane.MultiplyAdd(left.Real, right.Real, -(left.Imaginary * right.Imaginary)),
        TLane.MultiplyAdd(left.Real, right.Imaginary, left.Imaginary * right.Real));

    /// <summary>Times i.</summary>
    public LaneComplex<TLane> Turned
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(-Imaginary, Real);
    }

    public LaneComplex<TLane> Conjugate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Real, -Imaginary);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LaneComplex<TLane> Scaled(TLane factor) => new(Real * factor, Imaginary * factor);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneComplex<TLane> Load(float* source) => new(TLane.Load(source), TLane.Load(source + TLane.Width));

    /// <summary>One complex number in every channel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneComplex<TLane> Broadcast(float* source) => new(TLane.Broadcast(source), TLane.Broadcast(source + 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* target)
    {
        TLane.Store(Real, target);
        TLane.Store(Imaginary, target + TLane.Width);
    }
}
