namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Batches texts of similar length, since every text of a batch costs as much as the longest.</summary>
internal static class TokenBatches
{
    // Batches below this number of tokens are not divided: their matrix products would be too small to be efficient.
    private const long WorthDividing = 256;

    // The largest part of padding in a batch above that.
    private const long PartsOfPadding = 20;

    /// <summary>Batches with each text in one of them.</summary>
    /// <param name="lengths">The tokens of each text.</param>
    /// <param name="most">The most tokens of a batch of several texts, including padding.</param>
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
