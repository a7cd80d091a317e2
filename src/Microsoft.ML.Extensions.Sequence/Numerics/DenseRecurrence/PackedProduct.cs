using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>
/// C = A B for a few rows and a packed B: blocks of up to four rows times four lanes stay in registers while k runs. Each entry is one sum
/// in the order of k, so a row's result does not depend on its neighbours.
/// </summary>
internal static unsafe class PackedProduct<TLane> where TLane : struct, IFloatLane<TLane>
{
    /// <summary>Sixteen sums and what they meet need more than the sixteen registers that machines without the widest lane have.</summary>
    private static bool FitsFourByFour => TLane.Width == (int)LaneWidth.Sixteen;

    /// <param name="rows">Rows of A and C.</param>
    /// <param name="matrix">B, [K, N].</param>
    /// <param name="a">[rows, K].</param>
    /// <param name="aStride">Numbers from a row of A to the next.</param>
    /// <param name="c">[rows, N].</param>
    /// <param name="cStride">Numbers from a row of C to the next.</param>
    public static void Run(int rows, in PackedMatrix matrix, float* a, nint aStride, float* c, nint cStride)
    {
        for (var column = 0; column < matrix.Columns;)
        {
            var lanes = matrix.PanelLanes(column, TLane.Width);
            Panel(rows, lanes, matrix.Depth, a, aStride, matrix.Panel(column), c + column, cStride);
            column += lanes * TLane.Width;
        }
    }

    private static void Panel(int rows, int lanes, int depth, float* a, nint aStride, float* b, float* c, nint cStride)
    {
        var most = lanes == PackedMatrix.MostLanes && !FitsFourByFour ? 2 : 4;
        for (var left = rows; left > 0;)
        {
            var block = left >= 4 && most == 4 ? 4 : left >= 2 ? 2 : 1;
            Block(block, lanes, depth, a, aStride, b, c, cStride);
            left -= block;
            a += block * aStride;
            c += block * cStride;
        }
    }

    private static void Block(int rows, int lanes, int depth, float* a, nint aStride, float* b, float* c, nint cStride)
    {
        switch (rows, lanes)
        {
            case (4, 4):
                FourByFour(depth, a, aStride, b, c, cStride);
                break;
            case (2, 4):
                TwoByFour(depth, a, aStride, b, c, cStride);
                break;
            case (1, 4):
                OneByFour(depth, a, b, c);
                break;
            case (4, 2):
                FourByTwo(depth, a, aStride, b, c, cStride);
                break;
            case (2, 2):
                TwoByTwo(depth, a, aStride, b, c, cStride);
                break;
            case (1, 2):
                OneByTwo(depth, a, b, c);
                break;
            case (4, _):
                FourByOne(depth, a, aStride, b, c, cStride);
                break;
            case (2, _):
                TwoByOne(depth, a, aStride, b, c, cStride);
                break;
            default:
                OneByOne(depth, a, b, c);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourByFour(int depth, float* a, nint aStride, float* b, float* c, nint cStride)
    {
        TLane s00 = default, s01 = default, s02 = default, s03 = default;
        TLane s10 = default, s11 = default, s12 = default, s13 = default;
        TLane s20 = default, s21 = default, s22 = default, s23 = default;
        TLane s30 = default, s31 = default, s32 = default, s33 = default;
        for (var k = 0; k < depth; k++)
        {
            var b0 = TLane.Load(b);
            var b1 = TLane.Load(b + TLane.Width);
            var b2 = TLane.Load(b + (2 * TLane.Width));
            var b3 = TLane.Load(b + (3 * TLane.Width));
            var a0 = TLane.Broadcast(a + k);
            s00 = TLane.MultiplyAdd(a0, b0, s00);
            s01 = TLane.MultiplyAdd(a0, b1, s01);
            s02 = TLane.MultiplyAdd(a0, b2, s02);
            s03 = TLane.MultiplyAdd(a0, b3, s03);
            var a1 = TLane.Broadcast(a + aStride + k);
            s10 = TLane.MultiplyAdd(a1, b0, s10);
            s11 = TLane.MultiplyAdd(a1, b1, s11);
            s12 = TLane.MultiplyAdd(a1, b2, s12);
            s13 = TLane.MultiplyAdd(a1, b3, s13);
            var a2 = TLane.Broadcast(a + (2 * aStride) + k);
            s20 = TLane.MultiplyAdd(a2, b0, s20);
            s21 = TLane.MultiplyAdd(a2, b1, s21);
            s22 = TLane.MultiplyAdd(a2, b2, s22);
            s23 = TLane.MultiplyAdd(a2, b3, s23);
            var a3 = TLane.Broadcast(a + (3 * aStride) + k);
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
    private static void TwoByFour(int depth, float* a, nint aStride, float* b, float* c, nint cStride)
    {
        TLane s00 = default, s01 = default, s02 = default, s03 = default;
        TLane s10 = default, s11 = default, s12 = default, s13 = default;
        for (var k = 0; k < depth; k++)
        {
            var b0 = TLane.Load(b);
            var b1 = TLane.Load(b + TLane.Width);
            var b2 = TLane.Load(b + (2 * TLane.Width));
            var b3 = TLane.Load(b + (3 * TLane.Width));
            var a0 = TLane.Broadcast(a + k);
            s00 = TLane.MultiplyAdd(a0, b0, s00);
            s01 = TLane.MultiplyAdd(a0, b1, s01);
            s02 = TLane.MultiplyAdd(a0, b2, s02);
            s03 = TLane.MultiplyAdd(a0, b3, s03);
            var a1 = TLane.Broadcast(a + aStride + k);
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
    private static void OneByFour(int depth, float* a, float* b, float* c)
    {
        TLane s00 = default, s01 = default, s02 = default, s03 = default;
        for (var k = 0; k < depth; k++)
        {
            var b0 = TLane.Load(b);
            var b1 = TLane.Load(b + TLane.Width);
            var b2 = TLane.Load(b + (2 * TLane.Width));
            var b3 = TLane.Load(b + (3 * TLane.Width));
            var a0 = TLane.Broadcast(a + k);
            s00 = TLane.MultiplyAdd(a0, b0, s00);
            s01 = TLane.MultiplyAdd(a0, b1, s01);
            s02 = TLane.MultiplyAdd(a0, b2, s02);
            s03 = TLane.MultiplyAdd(a0, b3, s03);
            b += 4 * TLane.Width;
        }
        Store(c, s00, s01, s02, s03);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourByTwo(int depth, float* a, nint aStride, float* b, float* c, nint cStride)
    {
        TLane s00 = default, s01 = default;
        TLane s10 = default, s11 = default;
        TLane s20 = default, s21 = default;
        TLane s30 = default, s31 = default;
        for (var k = 0; k < depth; k++)
        {
            var b0 = TLane.Load(b);
            var b1 = TLane.Load(b + TLane.Width);
            var a0 = TLane.Broadcast(a + k);
            s00 = TLane.MultiplyAdd(a0, b0, s00);
            s01 = TLane.MultiplyAdd(a0, b1, s01);
            var a1 = TLane.Broadcast(a + aStride + k);
            s10 = TLane.MultiplyAdd(a1, b0, s10);
            s11 = TLane.MultiplyAdd(a1, b1, s11);
            var a2 = TLane.Broadcast(a + (2 * aStride) + k);
            s20 = TLane.MultiplyAdd(a2, b0, s20);
            s21 = TLane.MultiplyAdd(a2, b1, s21);
            var a3 = TLane.Broadcast(a + (3 * aStride) + k);
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
    private static void TwoByTwo(int depth, float* a, nint aStride, float* b, float* c, nint cStride)
    {
        TLane s00 = default, s01 = default;
        TLane s10 = default, s11 = default;
        for (var k = 0; k < depth; k++)
        {
            var b0 = TLane.Load(b);
            var b1 = TLane.Load(b + TLane.Width);
            var a0 = TLane.Broadcast(a + k);
            s00 = TLane.MultiplyAdd(a0, b0, s00);
            s01 = TLane.MultiplyAdd(a0, b1, s01);
            var a1 = TLane.Broadcast(a + aStride + k);
            s10 = TLane.MultiplyAdd(a1, b0, s10);
            s11 = TLane.MultiplyAdd(a1, b1, s11);
            b += 2 * TLane.Width;
        }
        Store(c, s00, s01);
        Store(c + cStride, s10, s11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneByTwo(int depth, float* a, float* b, float* c)
    {
        TLane s00 = default, s01 = default;
        for (var k = 0; k < depth; k++)
        {
            var b0 = TLane.Load(b);
            var b1 = TLane.Load(b + TLane.Width);
            var a0 = TLane.Broadcast(a + k);
            s00 = TLane.MultiplyAdd(a0, b0, s00);
            s01 = TLane.MultiplyAdd(a0, b1, s01);
            b += 2 * TLane.Width;
        }
        Store(c, s00, s01);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourByOne(int depth, float* a, nint aStride, float* b, float* c, nint cStride)
    {
        TLane s00 = default;
        TLane s10 = default;
        TLane s20 = default;
        TLane s30 = default;
        for (var k = 0; k < depth; k++)
        {
            var b0 = TLane.Load(b);
            var a0 = TLane.Broadcast(a + k);
            s00 = TLane.MultiplyAdd(a0, b0, s00);
            var a1 = TLane.Broadcast(a + aStride + k);
            s10 = TLane.MultiplyAdd(a1, b0, s10);
            var a2 = TLane.Broadcast(a + (2 * aStride) + k);
            s20 = TLane.MultiplyAdd(a2, b0, s20);
            var a3 = TLane.Broadcast(a + (3 * aStride) + k);
            s30 = TLane.MultiplyAdd(a3, b0, s30);
            b += TLane.Width;
        }
        TLane.Store(s00, c);
        TLane.Store(s10, c + cStride);
        TLane.Store(s20, c + (2 * cStride));
        TLane.Store(s30, c + (3 * cStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoByOne(int depth, float* a, nint aStride, float* b, float* c, nint cStride)
    {
        TLane s00 = default;
        TLane s10 = default;
        for (var k = 0; k < depth; k++)
        {
            var b0 = TLane.Load(b);
            var a0 = TLane.Broadcast(a + k);
            s00 = TLane.MultiplyAdd(a0, b0, s00);
            var a1 = TLane.Broadcast(a + aStride + k);
            s10 = TLane.MultiplyAdd(a1, b0, s10);
            b += TLane.Width;
        }
        TLane.Store(s00, c);
        TLane.Store(s10, c + cStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneByOne(int depth, float* a, float* b, float* c)
    {
        TLane s00 = default;
        for (var k = 0; k < depth; k++)
        {
            var b0 = TLane.Load(b);
            var a0 = TLane.Broadcast(a + k);
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
