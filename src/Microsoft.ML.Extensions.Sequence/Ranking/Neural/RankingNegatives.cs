namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The source of documents that a query is trained with in addition to its own.</summary>
public enum RankingNegatives
{
    /// <summary>None: a query's documents are those of its rows.</summary>
    Given,

    /// <summary>Random documents of other queries.</summary>
    Random,

    /// <summary>Documents of other queries that BM25 finds for the query: they share its words but do not answer it.</summary>
    Bm25,

    /// <summary>
    /// Documents of other queries to which the network in training gives high scores (Xiong et al. 2020, arXiv 2007.00808): after every few
    /// epochs it scores a pool of documents for each query, and learns from the hardest of them.
    /// </summary>
    Mined,
}
