namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The gain of a document's grade in discounted cumulative gain.</summary>
public enum RankingGain
{
    /// <summary>The grade itself, as in trec_eval and Järvelin and Kekäläinen 2002.</summary>
    Grade,

    /// <summary>
    /// 2^grade - 1, as in Burges et al. 2005, LightGBM and ML.NET's defaults: equal to the grade where grades are 0 and 1.
    /// </summary>
    Exponential,
}
