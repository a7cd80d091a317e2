namespace Microsoft.ML.Extensions.Scoring;

/// <summary>Which rows are scored together, and how many are read ahead for it.</summary>
/// <remarks>
/// A batch takes the memory of its longest row times its rows, so what is bounded is that product, before a row joins and not after. Rows of
/// like length go together: a long row is scored alone, and the short ones read with it pay nothing for it.
/// </remarks>
internal static class BatchPlan
{
    /// <summary>The most rows that are read ahead.</summary>
    public const int MaxRows = 256;

    // Rows times the longest of them.
    private const long MaxSteps = 1 << 18;

    // And times their channels, which are many where steps are images.
    private const long MaxValues = 1 << 24;

    /// <summary>The steps that a batch may have, padding included, unless it is one row.</summary>
    public static long Budget(int channels) => Math.Clamp(MaxValues / channels, 1, MaxSteps);

    /// <summary>Whether another row is to be read beside those there are.</summary>
    /// <param name="rows">How many there are.</param>
    /// <param name="steps">Their steps in all, without padding.</param>
    /// <param name="channels">C.</param>
    public static bool ReadsOn(int rows, long steps, int channels) => rows < MaxRows && steps < Budget(channels);

    /// <summary>The batches of rows of these lengths: each row is in one, and none is half padding.</summary>
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
