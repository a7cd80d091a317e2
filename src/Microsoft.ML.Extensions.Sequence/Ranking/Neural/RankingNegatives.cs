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
}
