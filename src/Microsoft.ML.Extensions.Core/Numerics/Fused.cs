using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.Extensions.Numerics;

/// <summary>left * right + addend with one rounding on every machine; .NET 8 offers it only per instruction set.</summary>
internal static class Fused
{
#if NET9_0_OR_GREATER
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> left, Vector128<float> right, Vector128<float> addend) =>
        Vector128.FusedMultiplyAdd(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> left, Vector256<float> right, Vector256<float> addend) =>
        Vector256.FusedMultiplyAdd(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> left, Vector512<float> right, Vector512<float> addend) =>
        Vector512.FusedMultiplyAdd(left, right, addend);
#else
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> left, Vector128<float> right, Vector128<float> addend) =>
        System.Runtime.Intrinsics.X86.Fma.IsSupported ? System.Runtime.Intrinsics.X86.Fma.MultiplyAdd(left, right, addend)
        : System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported ? System.Runtime.Intrinsics.Arm.AdvSimd.FusedMultiplyAdd(addend, left, right)
        : ByElement(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> left, Vector256<float> right, Vector256<float> addend) =>
        System.Runtime.Intrinsics.X86.Fma.IsSupported ? System.Runtime.Intrinsics.X86.Fma.MultiplyAdd(left, right, addend)
        : Vector256.Create(
            MultiplyAdd(left.GetLower(), right.GetLower(), addend.GetLower()),
            MultiplyAdd(left.GetUpper(), right.GetUpper(), addend.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> left, Vector512<float> right, Vector512<float> addend) =>
        System.Runtime.Intrinsics.X86.Avx512F.IsSupported ? System.Runtime.Intrinsics.X86.Avx512F.FusedMultiplyAdd(left, right, addend)
        : Vector512.Create(
            MultiplyAdd(left.GetLower(), right.GetLower(), addend.GetLower()),
            MultiplyAdd(left.GetUpper(), right.GetUpper(), addend.GetUpper()));

    private static Vector128<float> ByElement(Vector128<float> left, Vector128<float> right, Vector128<float> addend) =>
        Vector128.Create(
            MathF.FusedMultiplyAdd(left[0], right[0], addend[0]),
            MathF.FusedMultiplyAdd(left[1], right[1], addend[1]),
            MathF.FusedMultiplyAdd(left[2], right[2], addend[2]),
            MathF.FusedMultiplyAdd(left[3], right[3], addend[3]));
#endif
}
