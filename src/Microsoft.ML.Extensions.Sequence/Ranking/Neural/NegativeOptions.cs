using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of adding documents of other queries, assumed irrelevant, to a query in training.</summary>
/// <remarks>
/// They get label 0. An unjudged document may still be relevant: <see cref="FirstRank"/>, <see cref="MaxScore"/> and <see
/// cref="RelativeMargin"/> leave out those that look relevant, as sentence-transformers' mining of hard negatives does.
/// </remarks>
public sealed class NegativeOptions : ICheckedOptions
{
    /// <summary>Their source. The default is <see cref="RankingNegatives.Given"/>, which adds none.</summary>
    public RankingNegatives Source { get; set; } = RankingNegatives.Given;

    /// <summary>The number of them per query, 1 to 1,000; fewer where there are no more. The default is 8.</summary>
    [Range(1, 1000)]
    public int Count { get; set; } = 8;

    /// <summary>
    /// For <see cref="RankingNegatives.Mined"/>: how the pool of a query is found, <see cref="RankingNegatives.Bm25"/> or <see
    /// cref="RankingNegatives.Random"/>. The default is BM25.
    /// </summary>
    public RankingNegatives Pool { get; set; } = RankingNegatives.Bm25;

    /// <summary>
    /// For <see cref="RankingNegatives.Mined"/>: the documents of a query's pool, 1 to 10,000; fewer where there are no more. The network
    /// scores all of them whenever it mines. The default is 100.
    /// </summary>
    [Range(1, 10_000)]
    public int PoolSize { get; set; } = 100;

    /// <summary>
    /// For <see cref="RankingNegatives.Mined"/>: the epochs between two minings, 1 to 10,000. Until the first, queries are trained with
    /// <see
    /// cref="Count"/> random documents of their pool. The default is 5.
    /// </summary>
    [Range(1, 10_000)]
    public int MiningEpochs { get; set; } = 5;

    /// <summary>
    /// The first rank to use, from 1, in the ranking by BM25, or of the pool by the network's scores; the query's own documents are not
    /// counted. The default is 1.
    /// </summary>
    [Range(1, 100_000)]
    public int FirstRank { get; set; } = 1;

    /// <summary>
    /// The last rank to use. If there are more than <see cref="Count"/> documents, those of BM25 are sampled, and of mined ones the first
    /// are
    /// taken. The default is 100.
    /// </summary>
    [Range(1, 100_000)]
    public int LastRank { get; set; } = 100;

    /// <summary>The highest allowed score of a document, by BM25 or by the network. The default, null, allows any.</summary>
    public double? MaxScore { get; set; }

    /// <summary>
    /// The fraction of the score of the query's best relevant document, 0 to 1, by which another document must be below it, by BM25 or by
    /// the
    /// network. .05 leaves out documents that score above .95 of a score above 0. A query whose relevant documents share no word with it
    /// then
    /// gets none by BM25. The default, null, sets no limit.
    /// </summary>
    [Range(0.0, 1.0)]
    public double? RelativeMargin { get; set; }

    private bool IsRanked => Source is RankingNegatives.Bm25 or RankingNegatives.Mined;

    /// <summary>The options by which documents are added before training: those of the pool where the network chooses from one.</summary>
    internal NegativeOptions OfPool() =>
        Source == RankingNegatives.Mined ? new() { Source = Pool, Count = PoolSize, LastRank = PoolSize } : this;

    /// <summary>As many documents of the pool, chosen once before training.</summary>
    internal NegativeOptions WithoutMining() => new() { Source = Pool, Count = Count };

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (FirstRank > LastRank)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"FirstRank is {FirstRank} and LastRank is {LastRank}; the first must not be above the last.");
        }
        if (MaxScore is { } score && !double.IsFinite(score))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"MaxScore is {score}; it must be finite, or null for any.");
        }
        if (!IsRanked && (FirstRank != 1 || LastRank != 100 || MaxScore is not null || RelativeMargin is not null))
        {
            yield return $"FirstRank, LastRank, MaxScore and RelativeMargin are for Source {RankingNegatives.Bm25} and {RankingNegatives.Mined}, and it is {Source}; leave them, or change Source.";
        }
        if (Source != RankingNegatives.Mined && (Pool != RankingNegatives.Bm25 || PoolSize != 100 || MiningEpochs != 5))
        {
            yield return $"Pool, PoolSize and MiningEpochs are for Source {RankingNegatives.Mined}, and it is {Source}; leave them, or change Source.";
        }
        if (Source == RankingNegatives.Mined && Pool is not (RankingNegatives.Bm25 or RankingNegatives.Random))
        {
            yield return $"Pool is {Pool}; documents to mine from are found by {RankingNegatives.Bm25} or {RankingNegatives.Random}.";
        }
        if (Source == RankingNegatives.Mined && FirstRank > PoolSize)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"FirstRank is {FirstRank} and PoolSize is {PoolSize}; a pool has no such rank, so raise PoolSize or lower FirstRank.");
        }
    }
}
