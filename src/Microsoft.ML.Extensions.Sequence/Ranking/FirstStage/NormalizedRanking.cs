namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The normalised scores of a ranking, comparable with other rankings of the query.</summary>
/// <param name="Scores">The scores by document.</param>
/// <param name="Missing">The score of a document that the ranking lacks.</param>
internal sealed record NormalizedRanking(IReadOnlyDictionary<string, double> Scores, double Missing)
{
    /// <summary>The k of Cormack, Clarke and Büttcher 2009.</summary>
    public const double PaperK = 60;

    public static NormalizedRanking Of(IReadOnlyList<RankedDocument> ranking, ScoreNormalization normalization)
    {
        if (ranking.Count == 0)
        {
            return new(new Dictionary<string, double>(), 0);
        }
        if (ranking.FirstOrDefault(document => !float.IsFinite(document.Score)) is { Id: { } id } wrong)
        {
            throw new ArgumentException(FormattableString.Invariant($"Document '{id}' has the score {wrong.Score}; only finite scores can be normalised."));
        }
        if (normalization == ScoreNormalization.ReciprocalRank)
        {
            return Reciprocal(ranking, PaperK);
        }
        var (shift, scale) = normalization == ScoreNormalization.MinMax ? MinMax(ranking) : ZScore(ranking);
        var equal = scale == 0;
        var value = normalization == ScoreNormalization.MinMax ? 1d : 0d;
        var scores = ranking.ToDictionary(document => document.Id, document => equal ? value : (document.Score - shift) / scale, StringComparer.Ordinal);
        return new(scores, normalization == ScoreNormalization.MinMax ? 0 : scores.Values.Min());
    }

    /// <summary>1 / (k + rank) of each document; equal scores get the mean over their ranks (Cormack, Clarke and Büttcher 2009).</summary>
    public static NormalizedRanking Reciprocal(IReadOnlyList<RankedDocument> ranking, double k)
    {
        var scores = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var start = 0; start < ranking.Count;)
        {
            var end = start + 1;
            while (end < ranking.Count && ranking[end].Score == ranking[start].Score)
            {
                end++;
            }
            var mean = Enumerable.Range(start + 1, end - start).Average(rank => 1 / (k + rank));
            for (; start < end; start++)
            {
                scores.Add(ranking[start].Id, mean);
            }
        }
        return new(scores, 0);
    }

    private static (double Shift, double Scale) MinMax(IReadOnlyList<RankedDocument> ranking)
    {
        var lowest = (double)ranking.Min(document => document.Score);
        return (lowest, ranking.Max(document => document.Score) - lowest);
    }

    private static (double Shift, double Scale) ZScore(IReadOnlyList<RankedDocument> ranking)
    {
        var mean = ranking.Average(document => (double)document.Score);
        return ranking.All(document => document.Score == ranking[0].Score) ? (mean, 0)
            : (mean, Math.Sqrt(ranking.Average(document => (document.Score - mean) * (document.Score - mean))));
    }
}
