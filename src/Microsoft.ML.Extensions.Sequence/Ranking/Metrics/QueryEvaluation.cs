namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The metrics of one query's ranking.</summary>
public sealed class QueryEvaluation
{
    private readonly IReadOnlyDictionary<int, (double Precision, double Recall, double Ndcg, double Err)> _atCutoffs;

    internal QueryEvaluation(
        string query, int retrieved, int relevant, double averagePrecision, double reciprocalRank,
        IReadOnlyDictionary<int, (double Precision, double Recall, double Ndcg, double Err)> atCutoffs) =>
        (Query, Retrieved, Relevant, AveragePrecision, ReciprocalRank, _atCutoffs) = (
            query, retrieved, relevant, averagePrecision, reciprocalRank, atCutoffs);

    /// <summary>The query's id.</summary>
    public string Query { get; }

    /// <summary>The number of documents in its ranking; 0 where it was judged and has no ranking.</summary>
    public int Retrieved { get; }

    /// <summary>The number of documents judged relevant to it, in the ranking or not.</summary>
    public int Relevant { get; }

    /// <summary>
    /// Average precision: the mean, over all documents judged relevant, of the precision at each; 0 for one that is not in the ranking.
    /// </summary>
    public double AveragePrecision { get; }

    /// <summary>1 / rank of the first relevant document; 0 where the ranking has none.</summary>
    public double ReciprocalRank { get; }

    /// <summary>Any of the metrics.</summary>
    /// <param name="metric">Which.</param>
    /// <param name="cutoff">k, one of the evaluation's cutoffs; ignored for metrics without a cutoff.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cutoff was not evaluated, or the metric is not known.</exception>
    public double Value(RankingMetric metric, int cutoff = 10) => metric switch
    {
        RankingMetric.AveragePrecision => AveragePrecision,
        RankingMetric.ReciprocalRank => ReciprocalRank,
        RankingMetric.Precision => At(cutoff).Precision,
        RankingMetric.Recall => At(cutoff).Recall,
        RankingMetric.Ndcg => At(cutoff).Ndcg,
        RankingMetric.Err => At(cutoff).Err,
        _ => throw new ArgumentOutOfRangeException(
            nameof(metric), metric, $"The metric is not one of {string.Join(", ", Enum.GetNames<RankingMetric>())}."),
    };

    private (double Precision, double Recall, double Ndcg, double Err) At(int cutoff) => _atCutoffs.TryGetValue(cutoff, out var values)
        ? values
        : throw new ArgumentOutOfRangeException(
            nameof(cutoff), cutoff,
                $"It was not evaluated; the cutoffs of this evaluation are {string.Join(", ", _atCutoffs.Keys)} (RankingEvaluationOptions.Cutoffs).");
}
