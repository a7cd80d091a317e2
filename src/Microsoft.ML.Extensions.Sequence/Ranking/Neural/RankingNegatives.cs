namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Where the documents come from that a query is trained with beside its own.</summary>
public enum RankingNegatives
{
    /// <summary>From nowhere: a query's documents are those of its rows.</summary>
    Given,

    /// <summary>Drawn at random from the documents of other queries.</summary>
    Random,

    /// <summary>Those documents of other queries that BM25 finds for the query: they share its words and are not what it asks for.</summary>
    Bm25,
}
