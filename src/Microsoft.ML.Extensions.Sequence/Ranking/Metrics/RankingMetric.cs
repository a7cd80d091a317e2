namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A figure of a ranking.</summary>
public enum RankingMetric
{
    /// <summary>Average precision.</summary>
    AveragePrecision,

    /// <summary>1 / rank of the first relevant document.</summary>
    ReciprocalRank,

    /// <summary>The part of the first k documents that is relevant.</summary>
    Precision,

    /// <summary>The part of the relevant documents that is among the first k.</summary>
    Recall,

    /// <summary>Normalized discounted cumulative gain of the first k documents.</summary>
    Ndcg,

    /// <summary>Expected reciprocal rank of the first k documents.</summary>
    Err,
}
