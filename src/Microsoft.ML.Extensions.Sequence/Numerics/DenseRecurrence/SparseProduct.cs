using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>C = A W^T for many rows and a W most of whose blocks are 0: a product that leaves them out.</summary>
internal static unsafe class SparseProduct
{
    // More work than this, and a product of libtorch, which leaves out nothing, is as fast.
    private const double MostWork = 0.7;

    // Packing W takes about the time of so many rows.
    private const int LeastRows = 32;

    // Rows that share one reading of a panel.
    private const int RowsTogether = 64;

    /// <summary>Computes the product if W is sparse enough for that to be worth it.</summary>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="a">[rows, depth].</param>
    /// <param name="depth">The columns of A and W.</param>
    /// <param name="w">[columns, depth].</param>
    /// <param name="columns">The rows of W.</param>
    /// <param name="c">[rows, columns].</param>
    /// <param name="cStride">Numbers from a row of C to the next.</param>
    /// <param name="execution">Lanes and threads.</param>
    /// <returns>Whether it was computed.</returns>
    public static bool TryRun(long rows, float* a, int depth, float* w, int columns, float* c, nint cStride, ScanExecution execution)
    {
        var width = (int)execution.Width;
        if (rows < LeastRows || width < (int)LaneWidth.Four || columns % width != 0)
        {
            return false;
        }
        using var packed = PackedMatrix.Of(w, depth, columns, 1, depth, width);
        if (packed.Work > MostWork)
        {
            return false;
        }
        var matrix = packed;
        var parts = (int)((rows + RowsTogether - 1) / RowsTogether);
        void Part(int part)
        {
            var first = (long)part * RowsTogether;
            Run(execution.Width, (int)Math.Min(RowsTogether, rows - first), matrix, a + (first * depth), depth, c + (first * cStride), cStride);
        }
        if (execution.Threads > 1 && parts > 1)
        {
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = execution.Threads }, Part);
            return true;
        }
        for (var part = 0; part < parts; part++)
        {
            Part(part);
        }
        return true;
    }

    private static void Run(LaneWidth width, int rows, in PackedMatrix matrix, float* a, nint aStride, float* c, nint cStride)
    {
        switch (width)
        {
            case LaneWidth.Sixteen:
                PackedProduct<Lane512>.Run(rows, matrix, a, aStride, c, cStride);
                break;
            case LaneWidth.Eight:
                PackedProduct<Lane256>.Run(rows, matrix, a, aStride, c, cStride);
                break;
            default:
                PackedProduct<Lane128>.Run(rows, matrix, a, aStride, c, cStride);
                break;
        }
    }
}
