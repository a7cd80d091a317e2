using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Training;

/// <summary>A part of the data, in batches.</summary>
/// <param name="data">The rows.</param>
/// <param name="part">Which of them; all where none are held out.</param>
internal sealed class ExampleSource(ExampleData data, RowPart part = RowPart.Training)
{
    public ExampleData Data => data;

    /// <summary>The number of rows in this part.</summary>
    public long Rows => data.Of(part).Labels.Rows;

    /// <summary>The mean of their weights.</summary>
    public double MeanWeight => data.Of(part).MeanWeight;

    /// <summary>The batches of one epoch: the rows of each block in random order, or in order where there is no source of randomness.</summary>
    /// <remarks>A batch is a store and the rows in it; both are good until the next batch is asked for.</remarks>
    public IEnumerable<(RowStore Store, ArraySegment<int> Rows)> Batches(int batchSize, Random? shuffle)
    {
        foreach (var (store, first) in data.Blocks())
        {
            var rows = Enumerable.Range(0, store.Count).Where(row => data.PartOf(row, first) == part).ToArray();
            shuffle?.Shuffle(rows);
            for (var start = 0; start < rows.Length; start += batchSize)
            {
                yield return (store, new ArraySegment<int>(rows, start, Math.Min(batchSize, rows.Length - start)));
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
