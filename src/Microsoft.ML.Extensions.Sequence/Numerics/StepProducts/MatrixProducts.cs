using Microsoft.ML.Extensions.Numerics.DenseRecurrence;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Numerics.StateSpace;

namespace Microsoft.ML.Extensions.Numerics.StepProducts;

/// <summary>Products of matrices for training: on one thread where they are small, on as many as allowed where they are not.</summary>
/// <remarks>
/// The number of threads does not affect the results. Threads sleep while they wait, so that a small network does not take cores from
/// others.
/// </remarks>
internal static unsafe class MatrixProducts
{
    // Multiplications below which a second thread costs more than it saves.
    private const long ParallelWork = 1 << 25;

    // Rows of a thread's share, and of the factor that is packed at a time for a product over many rows: both stay in the cache.
    private const int RowsTogether = 256, DepthTogether = 512;

    private static readonly LaneKernels[] s_kernels =
    [
        .. new[] { LaneWidth.Sixteen, LaneWidth.Eight, LaneWidth.Four, LaneWidth.Scalar }
            .Where(width => width <= LaneWidths.Widest).Select(LaneKernels.Of),
    ];

    /// <summary>C = A B.</summary>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="a">A; its columns are adjacent numbers.</param>
    /// <param name="aStride">Numbers from a row of A to the next; rows may overlap.</param>
    /// <param name="b">B.</param>
    /// <param name="c">C.</param>
    /// <param name="cStride">Numbers from a row of C to the next.</param>
    public static void Multiply(int rows, float* a, nint aStride, MatrixView b, float* c, nint cStride)
    {
        // Lanes of the widest kernels first, narrower ones for the columns that are left.
        var column = 0;
        foreach (var kernels in s_kernels)
        {
            var columns = (b.Columns - column) / kernels.Width * kernels.Width;
            if (columns == 0)
            {
                continue;
            }
            var part = b.Part(0, b.Rows, column, columns);
            using var packed = PackedMatrix.Of(part.Start, b.Rows, columns, b.RowStride, b.ColumnStride, kernels.Width);
            var own = packed;
            var target = c + column;
            Share((rows + RowsTogether - 1) / RowsTogether, (long)rows * b.Rows * columns, block =>
            {
                var first = block * RowsTogether;
                kernels.Product(Math.Min(RowsTogether, rows - first), own, a + (first * aStride), aStride, target + (first * cStride), cStride);
            });
            column += columns;
        }
    }

    /// <summary>C = A^T B: a sum over the rows of both, of which there may be many.</summary>
    /// <param name="a">A, [S, N]; it is transposed in memory, unless its rows are adjacent numbers already.</param>
    /// <param name="b">B, [S, M].</param>
    /// <param name="c">C, [N, M].</param>
    public static void MultiplyTransposed(MatrixView a, MatrixView b, float* c)
    {
        if (a.RowStride != 1)
        {
            using FloatBuffer across = new((long)a.Rows * a.Columns);
            Transpose(a.Rows, a.Columns, a.Start, a.RowStride, across.Start, a.Rows);
            MultiplyTransposed(MatrixView.Of(across.Start, a.Columns, a.Rows).Transposed, b, c);
            return;
        }
        var left = a.Transposed;
        var panel = PackedMatrix.MostLanes * s_kernels[0].Width;
        Share((b.Columns + panel - 1) / panel, (long)a.Columns * b.Rows * b.Columns, block =>
        {
            var first = block * panel;
            var columns = Math.Min(panel, b.Columns - first);
            using FloatBuffer sums = new((long)left.Rows * columns);
            for (var row = 0; row < b.Rows; row += DepthTogether)
            {
                var depth = Math.Min(DepthTogether, b.Rows - row);
                Narrow(left.Part(0, left.Rows, row, depth), b.Part(row, depth, first, columns), sums.Start, columns);
                for (nint n = 0; n < left.Rows; n++)
                {
                    var source = sums.Start + (n * columns);
                    var target = c + (n * b.Columns) + first;
                    if (row == 0)
                    {
                        new ReadOnlySpan<float>(source, columns).CopyTo(new Span<float>(target, columns));
                    }
                    else
                    {
                        s_kernels[0].AddScaled(columns, 1, source, target);
                    }
                }
            }
        });
    }

    /// <summary>The transpose of rows, [S, N] to [N, S].</summary>
    public static void Transpose(int rows, int columns, float* source, nint sourceStride, float* target, nint targetStride)
    {
        const int Tile = 16;
        for (var row = 0; row < rows; row += Tile)
        {
            var end = Math.Min(rows, row + Tile);
            for (var column = 0; column < columns; column++)
            {
                var to = target + (column * targetStride);
                for (var r = row; r < end; r++)
                {
                    to[r] = source[(r * sourceStride) + column];
                }
            }
        }
    }

    private static void Narrow(MatrixView a, MatrixView b, float* c, int cStride)
    {
        var column = 0;
        foreach (var kernels in s_kernels)
        {
            var columns = (b.Columns - column) / kernels.Width * kernels.Width;
            if (columns > 0)
            {
                var part = b.Part(0, b.Rows, column, columns);
                using var packed = PackedMatrix.Of(part.Start, b.Rows, columns, b.RowStride, b.ColumnStride, kernels.Width, isDense: true);
                kernels.Product(a.Rows, packed, a.Start, a.RowStride, c + column, cStride);
                column += columns;
            }
        }
    }

    private static void Share(int blocks, long work, Action<int> block)
    {
        var threads = work < ParallelWork ? 1 : Math.Min(blocks, Cores.Current);
        if (threads > 1)
        {
            Parallel.For(0, blocks, new ParallelOptions { MaxDegreeOfParallelism = threads }, block);
            return;
        }
        for (var i = 0; i < blocks; i++)
        {
            block(i);
        }
    }
}
