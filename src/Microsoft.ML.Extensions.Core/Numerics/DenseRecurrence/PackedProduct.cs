using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>
/// C = A B for a few rows and a packed B: blocks of up to four rows times four lanes, or eight times two, stay in registers while k runs. Each entry is one sum
/// in the order of k, so a row's result does not depend on its neighbours, and leaving out zeros does not change it.
/// </summary>
internal static unsafe class PackedProduct<TLane> where TLane : struct, IFloatLane<TLane>
{
    /// <summary>Sixteen sums and their operands need more than the sixteen registers of machines without the widest lane.</summary>
    private static bool HasManyRegisters => TLane.Width == (int)LaneWidth.Sixteen;

    /// <param name="rows">Rows of A and C.</param>
    /// <param name="matrix">B, [K, N].</param>
    /// <param name="a">[rows, K].</param>
    /// <param name="aStride">Numbers from a row of A to the next.</param>
    /// <param name="c">[rows, N].</param>
    /// <param name="cStride">Numbers from a row of C to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(int rows, in PackedMatrix matrix, float* a, nint aStride, float* c, nint cStride)
    {
        for (var column = 0; column < matrix.Columns;)
        {
            var lanes = matrix.PanelLanes(column, TLane.Width);
            var depth = matrix.PanelDepth(column, TLane.Width);
            var places = matrix.Places(column, TLane.Width);
            var panel = matrix.Panel(column);
            if (places == null)
            {
                Panel(rows, lanes, new AllRows(), depth, a, aStride, panel, c + column, cStride);
            }
            else
            {
                Panel(rows, lanes, new SomeRows(places), depth, a, aStride, panel, c + column, cStride);
            }
            column += lanes * TLane.Width;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Panel<TRows>(int rows, int lanes, TRows places, int depth, float* a, nint aStride, float* b, float* c, nint cStride)
        where TRows : struct, IPackedRows
    {
        // A sum waits for the one before it, so that few lanes need more rows than four to keep the processor busy.
        var most = lanes == PackedMatrix.MostLanes ? (HasManyRegisters ? 4 : 2) : lanes == 1 || HasManyRegisters ? 8 : 4;
        for (var left = rows; left > 0;)
        {
            var block = left >= 8 && most == 8 ? 8 : left >= 4 && most >= 4 ? 4 : left >= 2 ? 2 : 1;
            Block(block, lanes, places, depth, a, aStride, b, c, cStride);
            left -= block;
            a += block * aStride;
            c += block * cStride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block<TRows>(int rows, int lanes, TRows places, int depth, float* a, nint aStride, float* b, float* c, nint cStride)
        where TRows : struct, IPackedRows
    {
        switch (rows, lanes)
        {
            case (4, 4):
                PackedBlocks<TLane, TRows>.FourByFour(places, depth, a, aStride, b, c, cStride);
                break;
            case (2, 4):
                PackedBlocks<TLane, TRows>.TwoByFour(places, depth, a, aStride, b, c, cStride);
                break;
            case (1, 4):
                PackedBlocks<TLane, TRows>.OneByFour(places, depth, a, b, c);
                break;
            case (8, 2):
                PackedBlocks<TLane, TRows>.EightByTwo(places, depth, a, aStride, b, c, cStride);
                break;
            case (4, 2):
                PackedBlocks<TLane, TRows>.FourByTwo(places, depth, a, aStride, b, c, cStride);
                break;
            case (2, 2):
                PackedBlocks<TLane, TRows>.TwoByTwo(places, depth, a, aStride, b, c, cStride);
                break;
            case (1, 2):
                PackedBlocks<TLane, TRows>.OneByTwo(places, depth, a, b, c);
                break;
            case (8, _):
                PackedBlocks<TLane, TRows>.EightByOne(places, depth, a, aStride, b, c, cStride);
                break;
            case (4, _):
                PackedBlocks<TLane, TRows>.FourByOne(places, depth, a, aStride, b, c, cStride);
                break;
            case (2, _):
                PackedBlocks<TLane, TRows>.TwoByOne(places, depth, a, aStride, b, c, cStride);
                break;
            default:
                PackedBlocks<TLane, TRows>.OneByOne(places, depth, a, b, c);
                break;
        }
    }
}
