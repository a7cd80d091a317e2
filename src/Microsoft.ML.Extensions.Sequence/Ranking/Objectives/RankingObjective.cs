namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The training objective of a ranker (Guo et al. 2019, arXiv 1903.06902, section 5.1).</summary>
/// <remarks>
/// <para>s are scores, y labels of the documents of one query; the loss of a query is given, and that of a step is the mean over its
/// queries. Pointwise losses depend on each document, pairwise ones on pairs with different labels, listwise ones on all documents at once.
/// A query all of whose documents have the same label is left out by the last two.</para>
/// </remarks>
public enum RankingObjective
{
    /// <summary>
    /// Pairwise: the mean of <c>max(0, margin - s_j + s_k)</c> over pairs with <c>y_j &gt; y_k</c>, as DRMM and K-NRM have it.
    /// </summary>
    PairwiseHinge,

    /// <summary>Pairwise: the mean of <c>log(1 + exp(s_k - s_j))</c> (RankNet: Burges et al. 2005).</summary>
    PairwiseCrossEntropy,

    /// <summary>
    /// Pairwise: the mean of <c>((s_j - s_k) - (t_j - t_k))^2</c>, where t are a teacher's scores (Hofstätter et al. 2020, arXiv
    /// 2010.02666).
    /// </summary>
    MarginSquaredError,

    /// <summary>Pointwise: the mean cross-entropy of <c>sigmoid(s)</c>, labels above 1 counting as 1.</summary>
    CrossEntropy,

    /// <summary>Pointwise: the mean of <c>(s - y)^2</c>.</summary>
    SquaredError,

    /// <summary>Listwise: the cross-entropy of <c>softmax(y)</c> and <c>softmax(s)</c> (Cao et al. 2007, top one).</summary>
    ListNet,

    /// <summary>
    /// Listwise: minus the log-likelihood of the order by labels (Xia et al. 2008). Documents of one label are taken in the order of their
    /// scores, the likeliest of the right orders; other implementations shuffle them.
    /// </summary>
    ListMle,

    /// <summary>Listwise: <c>-sum_j y_j log softmax(s / temperature)_j / sum_j y_j</c>; without positive labels 0.</summary>
    Softmax,

    /// <summary>
    /// Listwise: NDCG-Loss2++ (Wang et al. 2018, "The LambdaLoss framework for ranking metric optimization", with mu = 10 and sigma = 1).
    /// </summary>
    LambdaLoss,
}
