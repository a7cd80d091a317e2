namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The order of documents with equal scores in an evaluation.</summary>
public enum RankingTies
{
    /// <summary>By descending id, compared byte by byte in UTF-8, as in trec_eval.</summary>
    DocumentId,

    /// <summary>
    /// Every metric is its mean over all orders of equal scores (McSherry and Najork 2008), so that a constant score performs as chance.
    /// </summary>
    Expected,
}
