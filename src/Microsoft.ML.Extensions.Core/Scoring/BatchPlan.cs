using Microsoft.ML.Extensions.Networks;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>Which rows are scored together, and how many are read ahead for it.</summary>
/// <remarks>
/// A batch takes the memory of its longest row times its number of rows, and that product is bounded before a row is added. Rows of similar
/// length go together: a long row is scored alone, and short rows read with it are not padded to its length.
/// </remarks>
internal static class BatchPlan
{
    /// <summary>The most rows that are read ahead.</summary>
    public const int MaxRows = 256;

    // Rows times the longest of them.
    private const long MaxSteps = 1 << 18;

    // Rows times the longest times the channels, of which images have many.
    private const long MaxValues = 1 << 24;

    // Of what training keeps for a step, so many numbers count as one channel of the input. Larger batches are no faster,
    // and tensors of tens of megabytes leave holes in the heap, so that memory grows with the number of batches.
    private const long NumbersOfAChannel = 10;

    // Some networks take several steps as one.
    private const long MeasuredSteps = 64;

    /// <summary>The channels that a batch is bounded by: those of the input, or as many as the steps of a wide network weigh.</summary>
    public static int Width(Network network, int channels) => (int)Math.Clamp(
        IRowMemory.BytesOf(network, MeasuredSteps) / (MeasuredSteps * sizeof(float) * NumbersOfAChannel), channels, int.MaxValue);

    /// <summary>The most steps of a batch of several rows, padding included.</summary>
    public static long Budget(int channels) => Math.Clamp(MaxValues / channels, 1, MaxSteps);

    /// <summary>Whether to read another row ahead.</summary>
    /// <param name="rows">The rows read so far.</param>
    /// <param name="steps">The sum of their steps, without padding.</param>
    /// <param name="channels">C.</param>
    public static bool ReadsOn(int rows, long steps, int channels) => rows < MaxRows && steps < Budget(channels);

    /// <summary>Groups rows of these lengths into batches, of which at most half is padding.</summary>
    /// <param name="lengths">The steps of each row, at least 1.</param>
    /// <param name="channels">C.</param>
    public static IReadOnlyList<int[]> Of(IReadOnlyList<int> lengths, int channels)
    {
        var budget = Budget(channels);
        var batches = new List<int[]>();
        var batch = new List<int>();
        var valid = 0L;
        foreach (var row in Enumerable.Range(0, lengths.Count).OrderBy(row => lengths[row]))
        {
            var (padded, steps) = ((batch.Count + 1L) * lengths[row], valid + lengths[row]);
            if (batch.Count > 0 && (padded > budget || padded > 2 * steps))
            {
                batches.Add([.. batch]);
                batch.Clear();
                valid = 0;
            }
            batch.Add(row);
            valid += lengths[row];
        }
        if (batch.Count > 0)
        {
            batches.Add([.. batch]);
        }
        return batches;
    }
}
