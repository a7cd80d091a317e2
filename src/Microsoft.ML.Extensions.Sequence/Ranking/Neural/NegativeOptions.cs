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
    /// For <see cref="RankingNegatives.Bm25"/>: the first rank to use, from 1; the query's own documents are not counted. The default is
    /// 1.
    /// </summary>
    [Range(1, 100_000)]
    public int FirstRank { get; set; } = 1;

    /// <summary>
    /// For <see cref="RankingNegatives.Bm25"/>: the last rank to use. If there are more than <see cref="Count"/> documents, they are
    /// sampled. The default is 100.
    /// </summary>
    [Range(1, 100_000)]
    public int LastRank { get; set; } = 100;

    /// <summary>For <see cref="RankingNegatives.Bm25"/>: the highest allowed score of a document. The default, null, allows any.</summary>
    public double? MaxScore { get; set; }

    /// <summary>
    /// For <see cref="RankingNegatives.Bm25"/>: the fraction, 0 to 1, by which a score must be below that of the query's best relevant
    /// document. .05 leaves out documents that score above .95 of it. A query whose relevant documents share no word with it then gets no
    /// documents. The default, null, sets no limit.
    /// </summary>
    [Range(0.0, 1.0)]
    public double? RelativeMargin { get; set; }

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
        if (Source != RankingNegatives.Bm25 && (FirstRank != 1 || LastRank != 100 || MaxScore is not null || RelativeMargin is not null))
        {
            yield return $"FirstRank, LastRank, MaxScore and RelativeMargin are for Source {RankingNegatives.Bm25}, and it is {Source}; leave them, or change Source.";
        }
    }
}
