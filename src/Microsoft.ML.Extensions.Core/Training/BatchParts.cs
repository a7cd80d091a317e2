using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Cuts a batch into parts of similar length that are computed one after the other, where padding or memory requires it.</summary>
/// <remarks>A step of training still sees the whole batch: the gradients of its parts are added.</remarks>
internal static class BatchParts
{
    private const long MostBytes = 1L << 30;
    private const long LeastBytes = 1L << 26;

    // Padding costs little below this number of steps.
    private const long SmallBatch = 1 << 14;
    private const int ShortRow = 64;

    /// <summary>The memory that a part may take.</summary>
    public static long Bytes(TrainingOptions options) => Math.Clamp(options.MemoryBudgetMegabytes * (1L << 20), LeastBytes, MostBytes);

    /// <summary>The parts; the whole batch where no cut is needed.</summary>
    /// <param name="store">The rows.</param>
    /// <param name="rows">Those of the batch.</param>
    /// <param name="rowBytes">The approximate memory of a row of a number of steps.</param>
    /// <param name="bytes">The memory of a part; a single row is always allowed.</param>
    public static IReadOnlyList<ArraySegment<int>> Of(RowStore store, ArraySegment<int> rows, Func<long, long> rowBytes, long bytes)
    {
        var (longest, steps) = (0L, 0L);
        foreach (var row in rows)
        {
            longest = Math.Max(longest, store.Steps(row));
            steps += store.Steps(row);
        }
        var padded = rows.Count * longest;
        return (padded <= SmallBatch || padded <= 2 * steps) && Fits(rows.Count, longest) ? [rows] : Cut();

        bool Fits(long count, long length) => count * (double)rowBytes(length) <= bytes;

        List<ArraySegment<int>> Cut()
        {
            int[] sorted = [.. rows.OrderByDescending(store.Steps)];
            var parts = new List<ArraySegment<int>>();
            for (int start = 0, end; start < sorted.Length; start = end)
            {
                long first = store.Steps(sorted[start]);
                for (end = start + 1; end < sorted.Length && IsLike(first, store.Steps(sorted[end])) && Fits(end + 1 - start, first);)
                {
                    end++;
                }
                parts.Add(new ArraySegment<int>(sorted, start, end - start));
            }
            return parts;
        }
    }

    private static bool IsLike(long longer, long shorter) => longer <= ShortRow || 2 * shorter >= longer;
}
