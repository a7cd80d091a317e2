using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Training;

/// <summary>A part of the data, in batches.</summary>
/// <param name="data">The rows.</param>
/// <param name="belongs">Whether the row of this number is in this part; null for all.</param>
internal sealed class ExampleSource(ExampleData data, Func<long, bool>? belongs = null)
{
    public ExampleData Data => data;

    /// <summary>The number of rows in this part.</summary>
    public long Rows { get; } = belongs is null ? data.Labels.Rows : Count(data.Labels.Rows, belongs);

    /// <summary>The batches of one pass: the rows of each block in random order, or in order where there is no source of randomness.</summary>
    /// <remarks>A batch is a store and the rows in it; both are good until the next batch is asked for.</remarks>
    public IEnumerable<(RowStore Store, ArraySegment<int> Rows)> Batches(int batchSize, Random? shuffle)
    {
        foreach (var (store, first) in data.Blocks())
        {
            var rows = Enumerable.Range(0, store.Count).Where(row => belongs is null || belongs(first + row)).ToArray();
            shuffle?.Shuffle(rows);
            for (var start = 0; start < rows.Length; start += batchSize)
            {
                yield return (store, new ArraySegment<int>(rows, start, Math.Min(batchSize, rows.Length - start)));
            }
        }
    }

    private static long Count(long rows, Func<long, bool> belongs)
    {
        var count = 0L;
        for (var row = 0L; row < rows; row++)
        {
            count += belongs(row) ? 1 : 0;
        }
        return count;
    }
}
