namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The normalisation of scores per query, which makes different systems comparable.</summary>
public enum ScoreNormalization
{
    /// <summary>(score - lowest) / (highest - lowest); 1 where all are equal, and 0 for a document that is not in the ranking.</summary>
    MinMax,

    /// <summary>(score - mean) / deviation; 0 where all are equal, and the lowest value for a document that is not in the ranking.</summary>
    ZScore,

    /// <summary>1 / (60 + rank), the mean of it over the ranks of equal scores; 0 for a document that the ranking lacks.</summary>
    ReciprocalRank,
}
