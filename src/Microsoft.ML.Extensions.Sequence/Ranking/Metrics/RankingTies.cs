namespace Microsoft.ML.Extensions.Sequence;

/// <summary>In which order documents of equal score are judged.</summary>
public enum RankingTies
{
    /// <summary>By falling id, compared byte by byte in UTF-8, as trec_eval does: one fixed order.</summary>
    DocumentId,

    /// <summary>In no order: every metric is its mean over all orders of equal scores (McSherry and Najork 2008), so that equal scores give chance.</summary>
    Expected,
}
