namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How scores of different systems are brought to one scale, query by query.</summary>
public enum ScoreNormalization
{
    /// <summary>(score - lowest) / (highest - lowest); 1 where all are equal, and 0 for a document that the ranking lacks.</summary>
    MinMax,

    /// <summary>(score - mean) / deviation; 0 where all are equal, and the lowest one for a document that the ranking lacks.</summary>
    ZScore,

    /// <summary>1 / (60 + rank), the mean of it over the ranks of equal scores; 0 for a document that the ranking lacks.</summary>
    ReciprocalRank,
}
