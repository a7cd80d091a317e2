using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of evaluating rankings. The defaults are those of <c>trec_eval -c</c>.</summary>
public sealed class RankingEvaluationOptions : ICheckedOptions
{
    /// <summary>The numbers k of P@k, R@k, NDCG@k and ERR@k.</summary>
    public int[] Cutoffs { get; set; } = [1, 3, 5, 10, 20, 100];

    /// <summary>
    /// The number of documents of a ranking that all metrics consider, as <c>trec_eval -M</c>: 100 for MAP@100. 0, the default, for all.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int Depth { get; set; }

    /// <summary>
    /// The lowest grade of a relevant document in MAP, MRR, P and R, as <c>trec_eval -l</c>. NDCG and ERR take the grades themselves.
    /// </summary>
    [Range(0, 1000, MinimumIsExclusive = true)]
    public double LeastRelevant { get; set; } = 1;

    /// <summary>
    /// The gain of a grade in NDCG. The default is the grade itself, as in trec_eval and in published results on TREC collections.
    /// </summary>
    public RankingGain Gain { get; set; }

    /// <summary>
    /// The order of equal scores; null is <see cref="RankingTies.DocumentId"/> for runs and <see cref="RankingTies.Expected"/> for a data
    /// view.
    /// </summary>
    public RankingTies? Ties { get; set; }

    /// <summary>
    /// The highest grade of the scale. ERR's probability of satisfaction is (2^grade - 1) / 2^highest. Null for the highest judged grade.
    /// </summary>
    [Range(0, 1000, MinimumIsExclusive = true)]
    public double? HighestGrade { get; set; }

    /// <summary>
    /// Whether a judged query without a ranking counts as 0. If false, as in trec_eval without -c, a system gains by leaving out
    /// difficult queries.
    /// </summary>
    public bool CountMissingQueries { get; set; } = true;

    /// <summary>Whether a query without a relevant document counts as 0, as in trec_eval; otherwise it is left out.</summary>
    public bool CountQueriesWithoutRelevant { get; set; } = true;

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (Cutoffs is null)
        {
            yield break;
        }
        if (Array.FindIndex(Cutoffs, cutoff => cutoff < 1) is >= 0 and var wrong)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Cutoffs has {Cutoffs[wrong]}; allowed are numbers from 1 on.");
        }
        if (Cutoffs.Distinct().Count() < Cutoffs.Length)
        {
            yield return $"Cutoffs {string.Join(", ", Cutoffs)} has a number twice.";
        }
    }
}
