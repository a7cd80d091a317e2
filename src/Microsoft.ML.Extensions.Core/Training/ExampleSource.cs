using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Training;

/// <summary>A part of the data, in batches.</summary>
/// <param name="data">The rows.</param>
/// <param name="part">Which of them; all where none are held out.</param>
/// <param name="only">The numbers of the rows that count of this part, of data that is in memory; null for all.</param>
internal sealed class ExampleSource(ExampleData data, RowPart part = RowPart.Training, int[]? only = null)
{
    public ExampleData Data => data;

    /// <summary>Which part of them.</summary>
    public RowPart Part => part;

    /// <summary>The numbers of the rows that count of this part; null for all.</summary>
    public IReadOnlyList<int>? Only => only;

    /// <summary>The number of rows in this part.</summary>
    public long Rows => only?.Length ?? data.Of(part).Labels.Rows;

    /// <summary>The mean of their weights.</summary>
    public double MeanWeight => data.Of(part).MeanWeight;

    /// <summary>The batches of one epoch: the rows of each block in random order, or in order where there is no source of randomness.</summary>
    /// <remarks>A batch is a store, the rows in it, and the number of the store's first row; all are good until the next batch is asked for.</remarks>
    public IEnumerable<(RowStore Store, ArraySegment<int> Rows, long First)> Batches(int batchSize, Random? shuffle)
    {
        foreach (var (store, first) in data.Blocks())
        {
            var rows = only?.ToArray() ?? [.. Enumerable.Range(0, store.Count).Where(row => data.PartOf(row, first) == part)];
            shuffle?.Shuffle(rows);
            for (var start = 0; start < rows.Length; start += batchSize)
            {
                yield return (store, new ArraySegment<int>(rows, start, Math.Min(batchSize, rows.Length - start)), first);
            }
        }
    }

    /// <summary>The batches of one epoch in order, each of rows of one part of a division of this part.</summary>
    public IEnumerable<(RowStore Store, ArraySegment<int> Rows, RowPart Part)> Batches(int batchSize, RowSplit split)
    {
        foreach (var (store, first) in data.Blocks())
        {
            foreach (var rows in Enumerable.Range(0, store.Count).Where(row => data.PartOf(row, first) == part).GroupBy(row => data.PartOf(row, first, split)))
            {
                foreach (var batch in rows.Chunk(batchSize))
                {
                    yield return (store, batch, rows.Key);
                }
            }
        }
    }
}
