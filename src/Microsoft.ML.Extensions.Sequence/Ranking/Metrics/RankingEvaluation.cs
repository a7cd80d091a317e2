namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The metrics of rankings, as means over queries and for each query.</summary>
public sealed class RankingEvaluation
{
    internal RankingEvaluation(IReadOnlyList<QueryEvaluation> queries) => Queries = queries;

    /// <summary>The evaluated queries.</summary>
    public IReadOnlyList<QueryEvaluation> Queries { get; }

    /// <summary>The number of judged queries without a ranking; their metrics are 0 unless the options exclude them.</summary>
    public int MissingQueries { get; internal init; }

    /// <summary>The number of rankings of queries without judgements, which are excluded.</summary>
    public int UnjudgedQueries { get; internal init; }

    /// <summary>The number of queries without a relevant document; their metrics are 0 unless the options exclude them.</summary>
    public int QueriesWithoutRelevant { get; internal init; }

    /// <summary>The number of unjudged documents in the evaluated rankings; they are treated as not relevant.</summary>
    public int UnjudgedDocuments { get; internal init; }

    /// <summary>MAP.</summary>
    public double MeanAveragePrecision => Mean(RankingMetric.AveragePrecision);

    /// <summary>MRR.</summary>
    public double MeanReciprocalRank => Mean(RankingMetric.ReciprocalRank);

    /// <summary>P@k.</summary>
    /// <param name="cutoff">k, one of <see cref="RankingEvaluationOptions.Cutoffs"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cutoff was not evaluated.</exception>
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
    /// <param name="cutoff">k, for metrics with a cutoff.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cutoff was not evaluated, or the metric is not known.</exception>
    public double Mean(RankingMetric metric, int cutoff = 10) => Queries.Average(query => query.Value(metric, cutoff));
}
