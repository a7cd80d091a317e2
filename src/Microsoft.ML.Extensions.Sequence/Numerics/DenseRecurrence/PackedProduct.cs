using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>
/// C = A B for a few rows and a packed B: blocks of up to four rows times four lanes stay in registers while k runs. Each entry is one sum
/// in the order of k, so a row's result does not depend on its neighbours.
/// </summary>
internal static unsafe class PackedProduct<TLane> where TLane : struct, IFloatLane<TLane>
{
    /// <summary>Sixteen sums and their operands need more than the sixteen registers of machines without the widest lane.</summary>
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
                PackedBlocks<TLane>.FourByFour(depth, a, aStride, b, c, cStride);
                break;
            case (2, 4):
                PackedBlocks<TLane>.TwoByFour(depth, a, aStride, b, c, cStride);
                break;
            case (1, 4):
                PackedBlocks<TLane>.OneByFour(depth, a, b, c);
                break;
            case (4, 2):
                PackedBlocks<TLane>.FourByTwo(depth, a, aStride, b, c, cStride);
                break;
            case (2, 2):
                PackedBlocks<TLane>.TwoByTwo(depth, a, aStride, b, c, cStride);
                break;
            case (1, 2):
                PackedBlocks<TLane>.OneByTwo(depth, a, b, c);
                break;
            case (4, _):
                PackedBlocks<TLane>.FourByOne(depth, a, aStride, b, c, cStride);
                break;
            case (2, _):
                PackedBlocks<TLane>.TwoByOne(depth, a, aStride, b, c, cStride);
                break;
            default:
                PackedBlocks<TLane>.OneByOne(depth, a, b, c);
                break;
        }
    }
}
