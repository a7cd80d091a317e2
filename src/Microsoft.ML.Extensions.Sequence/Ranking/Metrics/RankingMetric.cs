namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A metric of a ranking.</summary>
public enum RankingMetric
{
    /// <summary>Average precision.</summary>
    AveragePrecision,

    /// <summary>1 / rank of the first relevant document.</summary>
    ReciprocalRank,

    /// <summary>The fraction of the first k documents that is relevant.</summary>
    Precision,

    /// <summary>The fraction of the relevant documents that is among the first k.</summary>
    Recall,

    /// <summary>Normalized discounted cumulative gain of the first k documents.</summary>
    Ndcg,

    /// <summary>Expected reciprocal rank of the first k documents.</summary>
    Err,
}
