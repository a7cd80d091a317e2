namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A query's ranking with the grades of its documents.</summary>
/// <param name="Query">The query's id.</param>
/// <param name="Scores">The scores, in descending order.</param>
/// <param name="Grades">The grade of each, 0 where it was not judged.</param>
/// <param name="Judged">The grades of all documents judged for the query, in the ranking or not.</param>
internal sealed record JudgedRanking(string Query, float[] Scores, double[] Grades, IReadOnlyCollection<double> Judged)
{
    public QueryEvaluation Evaluate(RankingEvaluationOptions options, RankingTies ties, double highestGrade)
    {
        var groups = TieGroup.Of(Scores, Grades, ties).ToArray();
        var relevant = Judged.Count(grade => grade >= options.LeastRelevant);
        var depth = options.Depth == 0 ? int.MaxValue : options.Depth;
        return new(
            Query,
            Scores.Length,
            relevant,
            ExpectedMetrics.AveragePrecision(groups, options.LeastRelevant, relevant, depth),
            ExpectedMetrics.ReciprocalRank(groups, options.LeastRelevant, depth),
            options.Cutoffs.ToDictionary(
                cutoff => cutoff, cutoff => At(cutoff, Math.Min(cutoff, depth), groups, relevant, options, highestGrade)));
    }

    private (double Precision, double Recall, double Ndcg, double Err) At(
        int cutoff, int counted, TieGroup[] groups, int relevant, RankingEvaluationOptions options, double highestGrade)
    {
        var found = ExpectedMetrics.Relevant(groups, options.LeastRelevant, counted);
        var best = ExpectedMetrics.DiscountedGain(Best(), Gain, cutoff);
        return (
            found / cutoff,
            relevant == 0 ? 0 : found / relevant,
            best == 0 ? 0 : ExpectedMetrics.DiscountedGain(groups, Gain, counted) / best,
            ExpectedMetrics.ReciprocalRankOfStop(groups, Satisfaction, counted));

        double Gain(double grade) => grade <= 0 ? 0 : options.Gain == RankingGain.Grade ? grade : Math.Pow(2, grade) - 1;

        // (2^grade - 1) / 2^highest, without overflow.
        double Satisfaction(double grade) => grade <= 0 ? 0 : Math.Pow(2, grade - highestGrade) - Math.Pow(2, -highestGrade);
    }

    // The ideal order of all judged documents.
    private TieGroup[] Best() => [.. Judged.OrderDescending().Select((grade, place) => new TieGroup(place, new[] { grade }))];
}
