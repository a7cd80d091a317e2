using System.Globalization;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Evaluates the rankings of all queries.</summary>
internal static class RankingEvaluator
{
    // 2^1000 and the sum of a million of them do not overflow.
    private const double HighestOfExponential = 1000;

    /// <summary>Evaluates a run against judgements.</summary>
    /// <exception cref="ArgumentException">No query can be evaluated, or a grade is too high for the gain.</exception>
    public static RankingEvaluation Evaluate(RankingRun run, RelevanceJudgements judgements, RankingEvaluationOptions options)
    {
        var ranked = run.Queries.ToHashSet(StringComparer.Ordinal);
        var missing = judgements.Queries.Count(query => !ranked.Contains(query));
        var counted = judgements.Queries.Where(query => options.CountMissingQueries || ranked.Contains(query)).ToArray();
        var unjudged = 0;
        return Evaluate([.. counted.Select(Judged)], options, options.Ties
            ?? RankingTies.DocumentId, missing, run.Queries.Count - (judgements.Queries.Count - missing), () => unjudged);

        JudgedRanking Judged(string query)
        {
            var (ranking, grades) = (run.Ranking(query), judgements.Grades(query));
            unjudged += ranking.Count(document => !grades.ContainsKey(document.Id));
            return new(query, [.. ranking.Select(document => document.Score)],
                [.. ranking.Select(document => grades.GetValueOrDefault(document.Id))], [.. grades.Values]);
        }
    }

    /// <summary>Evaluates rankings whose documents are all judged.</summary>
    /// <exception cref="ArgumentException">No query can be evaluated, or a grade is too high for the gain.</exception>
    public static RankingEvaluation Evaluate(IReadOnlyList<JudgedRanking> rankings, RankingEvaluationOptions options, RankingTies ties) =>
        Evaluate(rankings, options, ties, 0, 0, () => 0);

    private static RankingEvaluation Evaluate(
        IReadOnlyList<JudgedRanking> rankings, RankingEvaluationOptions options, RankingTies ties, int missing, int unjudgedQueries,
            Func<int> unjudgedDocuments)
    {
        var highest = CheckedHighest(rankings, options);
        var all = rankings.Select(ranking => ranking.Evaluate(options, ties, highest)).ToArray();
        var counted = all.Where(query => options.CountQueriesWithoutRelevant || query.Relevant > 0).ToArray();
        if (counted.Length == 0)
        {
            throw new ArgumentException(all.Length == 0
                ? "There is no query to evaluate: no ranking is of a query that was judged. Check that both use the same query ids."
                : string.Create(CultureInfo.InvariantCulture,
                    $"None of the {all.Length} queries has a relevant document, one of a grade of at least {options.LeastRelevant}."));
        }
        return new(counted)
        {
            MissingQueries = missing,
            UnjudgedQueries = unjudgedQueries,
            QueriesWithoutRelevant = all.Count(query => query.Relevant == 0),
            UnjudgedDocuments = unjudgedDocuments(),
        };
    }

    private static double CheckedHighest(IReadOnlyList<JudgedRanking> rankings, RankingEvaluationOptions options)
    {
        var judged = rankings.SelectMany(ranking => ranking.Judged).DefaultIfEmpty(0).Max();
        if (options.Gain == RankingGain.Exponential && judged > HighestOfExponential)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                    $"A document has the grade {judged}; RankingGain.Exponential takes grades up to {HighestOfExponential}. Use RankingGain.Grade, or smaller grades."));
        }
        if (options.HighestGrade is { } given && judged > given)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                    $"A document has the grade {judged}, above HighestGrade, {given}; set it to the highest grade of the scale."));
        }
        return options.HighestGrade ?? Math.Max(judged, 0);
    }
}
