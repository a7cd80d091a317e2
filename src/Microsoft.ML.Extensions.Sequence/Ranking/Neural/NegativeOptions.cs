using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Documents of other queries, taken for irrelevant, that a query is trained with.</summary>
/// <remarks>
/// They get label 0. One that nobody judged may be relevant all the same: <see cref="FirstRank"/>, <see cref="MaxScore"/> and <see cref="RelativeMargin"/> leave out those that look
/// so, as sentence-transformers' mining of hard negatives does.
/// </remarks>
public sealed class NegativeOptions : ICheckedOptions
{
    /// <summary>Where they come from. The default is <see cref="RankingNegatives.Given"/>, which adds none.</summary>
    public RankingNegatives Source { get; set; } = RankingNegatives.Given;

    /// <summary>How many each query gets, 1 to 1,000; fewer where there are no more. The default is 8.</summary>
    [Range(1, 1000)]
    public int Count { get; set; } = 8;

    /// <summary>For <see cref="RankingNegatives.Bm25"/>: the first rank that is taken from, from 1, the query's own documents not counted. The default is 1.</summary>
    [Range(1, 100_000)]
    public int FirstRank { get; set; } = 1;

    /// <summary>For <see cref="RankingNegatives.Bm25"/>: the last rank that is taken from. Of more than <see cref="Count"/> documents some are drawn. The default is 100.</summary>
    [Range(1, 100_000)]
    public int LastRank { get; set; } = 100;

    /// <summary>For <see cref="RankingNegatives.Bm25"/>: the highest score of a document that is taken. The default, null, is any.</summary>
    public double? MaxScore { get; set; }

    /// <summary>
    /// For <see cref="RankingNegatives.Bm25"/>: by what part a score must be below that of the query's best relevant document, 0 to 1. The default, null, asks for nothing; .05
    /// leaves out what scores above .95 of it. A query whose relevant documents share no word with it gets no documents then.
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
