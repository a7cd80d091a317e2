namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The scoring model of words that a query and a document share.</summary>
public enum LexicalModel
{
    /// <summary>Okapi BM25 (Robertson et al. 1994), with several fields simple BM25F (Robertson, Zaragoza and Taylor 2004).</summary>
    Bm25,

    /// <summary>
    /// The likelihood of the query under the document's language model, smoothed by Dirichlet's prior (Zhai and Lafferty 2001).
    /// </summary>
    QueryLikelihood,
}
