using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>The blocks of <see cref="PackedProduct{TLane}"/>: as many rows of A by as many lanes of B as the method's name says.</summary>
/// <remarks>Written out, since only sums in local variables stay in registers.</remarks>
internal static unsafe class PackedBlocks<TLane, TRows>
    where TLane : struct, IFloatLane<TLane>
    where TRows : struct, IPackedRows
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FourByFour(TRows rows, int depth, float* a, nint aStride, float* b, float* c, nint cStride)
    {
        TLane s00 = default, s01 = default, s02 = default, s03 = default;
        TLane s10 = default, s11 = default, s12 = default, s13 = default;
        TLane s20 = default, s21 = default, s22 = default, s23 = default;
        TLane s30 = default, s31 = default, s32 = default, s33 = default;
        float* row1 = a + aStride, row2 = row1 + aStride, row3 = row2 + aStride;
        for (var k = 0; k < depth; k++)
        {
            var at = rows.At(k);
            var b0 = TLane.Load(b);
            var b1 = TLane.Load(b + TLane.Width);
            var b2 = TLane.Load(b + (2 * TLane.Width));
            var b3 = TLane.Load(b + (3 * TLane.Width));
            var a0 = TLane.Broadcast(a + at);
            s00 = TLane.MultiplyAdd(a0, b0, s00);
            s01 = TLane.MultiplyAdd(a0, b1, s01);
            s02 = TLane.MultiplyAdd(a0, b2, s02);
            s03 = TLane.MultiplyAdd(a0, b3, s03);
            var a1 = TLane.Broadcast(row1 + at);
            s10 = TLane.MultiplyAdd(a1, b0, s10);
            s11 = TLane.MultiplyAdd(a1, b1, s11);
            s12 = TLane.MultiplyAdd(a1, b2, s12);
            s13 = TLane.MultiplyAdd(a1, b3, s13);
            var a2 = TLane.Broadcast(row2 + at);
            s20 = TLane.MultiplyAdd(a2, b0, s20);
            s21 = TLane.MultiplyAdd(a2, b1, s21);
            s22 = TLane.MultiplyAdd(a2, b2, s22);
            s23 = TLane.MultiplyAdd(a2, b3, s23);
            var a3 = TLane.Broadcast(row3 + at);
            s30 = TLane.MultiplyAdd(a3, b0, s30);
            s31 = TLane.MultiplyAdd(a3, b1, s31);
            s32 = TLane.MultiplyAdd(a3, b2, s32);
            s33 = TLane.MultiplyAdd(a3, b3, s33);
            b += 4 * TLane.Width;
        }
        Store(c, s00, s01, s02, s03);
        Store(c + cStride, s10, s11, s12, s13);
        Store(c + (2 * cStride), s20, s21, s22, s23);
        Store(c + (3 * cStride), s30, s31, s32, s33);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TwoByFour(TRows rows, int depth, float* a, nint aStride, float* b, float* c, nint cStride)
    {
        TLane s00 = default, s01 = default, s02 = default, s03 = default;
        TLane s10 = default, s11 = default, s12 = default, s13 = default;
        for (var k = 0; k < depth; k++)
        {
            var at = rows.At(k);
            var b0 = TLane.Load(b);
            var b1 = TLane.Load(b + TLane.Width);
            var b2 = TLane.Load(b + (2 * TLane.Width));
            var b3 = TLane.Load(b + (3 * TLane.Width));
            var a0 = TLane.Broadcast(a + at);
            s00 = TLane.MultiplyAdd(a0, b0, s00);
            s01 = TLane.MultiplyAdd(a0, b1, s01);
            s02 = TLane.MultiplyAdd(a0, b2, s02);
            s03 = TLane.MultiplyAdd(a0, b3, s03);
            var a1 = TLane.Broadcast(a + aStride + at);
            s10 = TLane.MultiplyAdd(a1, b0, s10);
            s11 = TLane.MultiplyAdd(a1, b1, s11);
            s12 = TLane.MultiplyAdd(a1, b2, s12);
            s13 = TLane.MultiplyAdd(a1, b3, s13);
            b += 4 * TLane.Width;
        }
        Store(c, s00, s01, s02, s03);
        Store(c + cStride, s10, s11, s12, s13);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OneByFour(TRows rows, int depth, float* a, float* b, float* c)
    {
        TLane s00 = default, s01 = default, s02 = default, s03 = default;
        for (var k = 0; k < depth; k++)
        {
            var at = rows.At(k);
            var b0 = TLane.Load(b);
            var b1 = TLane.Load(b + TLane.Width);
            var b2 = TLane.Load(b + (2 * TLane.Width));
            var b3 = TLane.Load(b + (3 * TLane.Width));
            var a0 = TLane.Broadcast(a + at);
            s00 = TLane.MultiplyAdd(a0, b0, s00);
            s01 = TLane.MultiplyAdd(a0, b1, s01);
            s02 = TLane.MultiplyAdd(a0, b2, s02);
            s03 = TLane.MultiplyAdd(a0, b3, s03);
            b += 4 * TLane.Width;
        }
        Store(c, s00, s01, s02, s03);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void EightByTwo(TRows rows, int depth, float* a, nint aStride, float* b, float* c, nint cStride)
    {
        TLane s00 = default, s01 = default;
        TLane s10 = default, s11 = default;
        TLane s20 = default, s21 = default;
        TLane s30 = default, s31 = default;
        TLane s40 = default, s41 = default;
        TLane s50 = default, s51 = default;
        TLane s60 = default, s61 = default;
        TLane s70 = default, s71 = default;
        float* row1 = a + aStride, row2 = row1 + aStride, row3 = row2 + aStride, row4 = row3 + aStride;
        float* row5 = row4 + aStride, row6 = row5 + aStride, row7 = row6 + aStride;
        for (var k = 0; k < depth; k++)
        {
            var at = rows.At(k);
            var b0 = TLane.Load(b);
            var b1 = TLane.Load(b + TLane.Width);
            var a0 = TLane.Broadcast(a + at);
            s00 = TLane.MultiplyAdd(a0, b0, s00);
            s01 = TLane.MultiplyAdd(a0, b1, s01);
            var a1 = TLane.Broadcast(row1 + at);
            s10 = TLane.MultiplyAdd(a1, b0, s10);
            s11 = TLane.MultiplyAdd(a1, b1, s11);
            var a2 = TLane.Broadcast(row2 + at);
            s20 = TLane.MultiplyAdd(a2, b0, s20);
            s21 = TLane.MultiplyAdd(a2, b1, s21);
            var a3 = TLane.Broadcast(row3 + at);
            s30 = TLane.MultiplyAdd(a3, b0, s30);
            s31 = TLane.MultiplyAdd(a3, b1, s31);
            var a4 = TLane.Broadcast(row4 + at);
            s40 = TLane.MultiplyAdd(a4, b0, s40);
            s41 = TLane.MultiplyAdd(a4, b1, s41);
            var a5 = TLane.Broadcast(row5 + at);
            s50 = TLane.MultiplyAdd(a5, b0, s50);
            s51 = TLane.MultiplyAdd(a5, b1, s51);
            var a6 = TLane.Broadcast(row6 + at);
            s60 = TLane.MultiplyAdd(a6, b0, s60);
            s61 = TLane.MultiplyAdd(a6, b1, s61);
            var a7 = TLane.Broadcast(row7 + at);
            s70 = TLane.MultiplyAdd(a7, b0, s70);
            s71 = TLane.MultiplyAdd(a7, b1, s71);
            b += 2 * TLane.Width;
        }
        Store(c, s00, s01);
        Store(c + cStride, s10, s11);
        Store(c + (2 * cStride), s20, s21);
        Store(c + (3 * cStride), s30, s31);
        Store(c + (4 * cStride), s40, s41);
        Store(c + (5 * cStride), s50, s51);
        Store(c + (6 * cStride), s60, s61);
        Store(c + (7 * cStride), s70, s71);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FourByTwo(TRows rows, int depth, float* a, nint aStride, float* b, float* c, nint cStride)
    {
        TLane s00 = default, s01 = default;
        TLane s10 = default, s11 = default;
        TLane s20 = default, s21 = default;
        TLane s30 = default, s31 = default;
        float* row1 = a + aStride, row2 = row1 + aStride, row3 = row2 + aStride;
        for (var k = 0; k < depth; k++)
        {
            var at = rows.At(k);
            var b0 = TLane.Load(b);
            var b1 = TLane.Load(b + TLane.Width);
            var a0 = TLane.Broadcast(a + at);
            s00 = TLane.MultiplyAdd(a0, b0, s00);
            s01 = TLane.MultiplyAdd(a0, b1, s01);
            var a1 = TLane.Broadcast(row1 + at);
            s10 = TLane.MultiplyAdd(a1, b0, s10);
            s11 = TLane.MultiplyAdd(a1, b1, s11);
            var a2 = TLane.Broadcast(row2 + at);
            s20 = TLane.MultiplyAdd(a2, b0, s20);
            s21 = TLane.MultiplyAdd(a2, b1, s21);
            var a3 = TLane.Broadcast(row3 + at);
            s30 = TLane.MultiplyAdd(a3, b0, s30);
            s31 = TLane.MultiplyAdd(a3, b1, s31);
            b += 2 * TLane.Width;
        }
        Store(c, s00, s01);
        Store(c + cStride, s10, s11);
        Store(c + (2 * cStride), s20, s21);
        Store(c + (3 * cStride), s30, s31);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TwoByTwo(TRows rows, int depth, float* a, nint aStride, float* b, float* c, nint cStride)
    {
        TLane s00 = default, s01 = default;
        TLane s10 = default, s11 = default;
        for (var k = 0; k < depth; k++)
        {
            var at = rows.At(k);
            var b0 = TLane.Load(b);
            var b1 = TLane.Load(b + TLane.Width);
            var a0 = TLane.Broadcast(a + at);
            s00 = TLane.MultiplyAdd(a0, b0, s00);
            s01 = TLane.MultiplyAdd(a0, b1, s01);
            var a1 = TLane.Broadcast(a + aStride + at);
            s10 = TLane.MultiplyAdd(a1, b0, s10);
            s11 = TLane.MultiplyAdd(a1, b1, s11);
            b += 2 * TLane.Width;
        }
        Store(c, s00, s01);
        Store(c + cStride, s10, s11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OneByTwo(TRows rows, int depth, float* a, float* b, float* c)
    {
        TLane s00 = default, s01 = default;
        for (var k = 0; k < depth; k++)
        {
            var at = rows.At(k);
            var b0 = TLane.Load(b);
            var b1 = TLane.Load(b + TLane.Width);
            var a0 = TLane.Broadcast(a + at);
            s00 = TLane.MultiplyAdd(a0, b0, s00);
            s01 = TLane.MultiplyAdd(a0, b1, s01);
            b += 2 * TLane.Width;
        }
        Store(c, s00, s01);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void EightByOne(TRows rows, int depth, float* a, nint aStride, float* b, float* c, nint cStride)
    {
        TLane s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        float* row1 = a + aStride, row2 = row1 + aStride, row3 = row2 + aStride, row4 = row3 + aStride;
        float* row5 = row4 + aStride, row6 = row5 + aStride, row7 = row6 + aStride;
        for (var k = 0; k < depth; k++)
        {
            var at = rows.At(k);
            var b0 = TLane.Load(b);
            s0 = TLane.MultiplyAdd(TLane.Broadcast(a + at), b0, s0);
            s1 = TLane.MultiplyAdd(TLane.Broadcast(row1 + at), b0, s1);
            s2 = TLane.MultiplyAdd(TLane.Broadcast(row2 + at), b0, s2);
            s3 = TLane.MultiplyAdd(TLane.Broadcast(row3 + at), b0, s3);
            s4 = TLane.MultiplyAdd(TLane.Broadcast(row4 + at), b0, s4);
            s5 = TLane.MultiplyAdd(TLane.Broadcast(row5 + at), b0, s5);
            s6 = TLane.MultiplyAdd(TLane.Broadcast(row6 + at), b0, s6);
            s7 = TLane.MultiplyAdd(TLane.Broadcast(row7 + at), b0, s7);
            b += TLane.Width;
        }
        TLane.Store(s0, c);
        TLane.Store(s1, c + cStride);
        TLane.Store(s2, c + (2 * cStride));
        TLane.Store(s3, c + (3 * cStride));
        TLane.Store(s4, c + (4 * cStride));
        TLane.Store(s5, c + (5 * cStride));
        TLane.Store(s6, c + (6 * cStride));
        TLane.Store(s7, c + (7 * cStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FourByOne(TRows rows, int depth, float* a, nint aStride, float* b, float* c, nint cStride)
    {
        TLane s00 = default;
        TLane s10 = default;
        TLane s20 = default;
        TLane s30 = default;
        for (var k = 0; k < depth; k++)
        {
            var at = rows.At(k);
            var b0 = TLane.Load(b);
            var a0 = TLane.Broadcast(a + at);
            s00 = TLane.MultiplyAdd(a0, b0, s00);
            var a1 = TLane.Broadcast(a + aStride + at);
            s10 = TLane.MultiplyAdd(a1, b0, s10);
            var a2 = TLane.Broadcast(a + (2 * aStride) + at);
            s20 = TLane.MultiplyAdd(a2, b0, s20);
            var a3 = TLane.Broadcast(a + (3 * aStride) + at);
            s30 = TLane.MultiplyAdd(a3, b0, s30);
            b += TLane.Width;
        }
        TLane.Store(s00, c);
        TLane.Store(s10, c + cStride);
        TLane.Store(s20, c + (2 * cStride));
        TLane.Store(s30, c + (3 * cStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TwoByOne(TRows rows, int depth, float* a, nint aStride, float* b, float* c, nint cStride)
    {
        TLane s00 = default;
        TLane s10 = default;
        for (var k = 0; k < depth; k++)
        {
            var at = rows.At(k);
            var b0 = TLane.Load(b);
            var a0 = TLane.Broadcast(a + at);
            s00 = TLane.MultiplyAdd(a0, b0, s00);
            var a1 = TLane.Broadcast(a + aStride + at);
            s10 = TLane.MultiplyAdd(a1, b0, s10);
            b += TLane.Width;
        }
        TLane.Store(s00, c);
        TLane.Store(s10, c + cStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OneByOne(TRows rows, int depth, float* a, float* b, float* c)
    {
        TLane s00 = default;
        for (var k = 0; k < depth; k++)
        {
            var at = rows.At(k);
            var b0 = TLane.Load(b);
            var a0 = TLane.Broadcast(a + at);
            s00 = TLane.MultiplyAdd(a0, b0, s00);
            b += TLane.Width;
        }
        TLane.Store(s00, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* target, TLane first, TLane second)
    {
        TLane.Store(first, target);
        TLane.Store(second, target + TLane.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* target, TLane first, TLane second, TLane third, TLane fourth)
    {
        Store(target, first, second);
        Store(target + (2 * TLane.Width), third, fourth);
    }
}
