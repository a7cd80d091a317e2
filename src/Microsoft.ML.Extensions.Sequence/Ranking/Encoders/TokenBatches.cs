namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Which texts go through an encoder together: those of like length, since every text of a batch costs what the longest does.</summary>
internal static class TokenBatches
{
    // Below so many tokens a batch is not worth dividing: its matrix products are too small to be quick.
    private const long WorthDividing = 256;

    // Where a batch may be divided, at most a twentieth of it is padding.
    private const long PartsOfPadding = 20;

    /// <summary>Batches with each text in one of them.</summary>
    /// <param name="lengths">The tokens of each text.</param>
    /// <param name="most">The most tokens of a batch, padding among them, unless it is one text.</param>
    public static IReadOnlyList<int[]> Of(IReadOnlyList<int> lengths, long most)
    {
        var batches = new List<int[]>();
        var batch = new List<int>();
        var tokens = 0L;
        foreach (var text in Enumerable.Range(0, lengths.Count).OrderBy(text => lengths[text]))
        {
            var (padded, held) = ((batch.Count + 1L) * lengths[text], tokens + lengths[text]);
            if (batch.Count > 0 && (padded > most || (tokens >= WorthDividing && (padded - held) * PartsOfPadding > padded)))
            {
                batches.Add([.. batch]);
                batch.Clear();
                tokens = 0;
            }
            batch.Add(text);
            tokens += lengths[text];
        }
        if (batch.Count > 0)
        {
            batches.Add([.. batch]);
        }
        return batches;
    }
}
