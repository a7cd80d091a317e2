namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How good rankings are, as means over queries and query by query.</summary>
public sealed class RankingEvaluation
{
    internal RankingEvaluation(IReadOnlyList<QueryEvaluation> queries) => Queries = queries;

    /// <summary>The queries that count.</summary>
    public IReadOnlyList<QueryEvaluation> Queries { get; }

    /// <summary>How many queries were judged and have no ranking; they count as 0 where the options do not say otherwise.</summary>
    public int MissingQueries { get; internal init; }

    /// <summary>How many rankings are of queries that nobody judged, which never count.</summary>
    public int UnjudgedQueries { get; internal init; }

    /// <summary>How many queries have no relevant document; they count as 0 where the options do not say otherwise.</summary>
    public int QueriesWithoutRelevant { get; internal init; }

    /// <summary>How many documents in the rankings that count nobody judged; they are taken for not relevant.</summary>
    public int UnjudgedDocuments { get; internal init; }

    /// <summary>MAP.</summary>
    public double MeanAveragePrecision => Mean(RankingMetric.AveragePrecision);

    /// <summary>MRR.</summary>
    public double MeanReciprocalRank => Mean(RankingMetric.ReciprocalRank);

    /// <summary>P@k.</summary>
    /// <param name="cutoff">k, one of <see cref="RankingEvaluationOptions.Cutoffs"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cutoff was not asked for.</exception>
    public double PrecisionAt(int cutoff) => Mean(RankingMetric.Precision, cutoff);

    /// <summary>R@k.</summary>
    /// <inheritdoc cref="PrecisionAt"/>
    public double RecallAt(int cutoff) => Mean(RankingMetric.Recall, cutoff);

    /// <summary>NDCG@k.</summary>
    /// <inheritdoc cref="PrecisionAt"/>
    public double NdcgAt(int cutoff) => Mean(RankingMetric.Ndcg, cutoff);

    /// <summary>ERR@k.</summary>
    /// <inheritdoc cref="PrecisionAt"/>
    public double ErrAt(int cutoff) => Mean(RankingMetric.Err, cutoff);

    /// <summary>The mean of a metric over the queries.</summary>
    /// <param name="metric">Which.</param>
    /// <param name="cutoff">k of those that have one.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cutoff was not asked for, or the metric is not known.</exception>
    public double Mean(RankingMetric metric, int cutoff = 10) => Queries.Average(query => query.Value(metric, cutoff));
}
