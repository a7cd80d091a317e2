using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML;

/// <summary>BM25 and its like in a pipeline.</summary>
public static class LexicalScoreCatalog
{
    /// <summary>Adds a score of each row's document for the row's query by shared words: BM25, BM25F over several columns, or the query likelihood.</summary>
    /// <param name="catalog"><c>ml.Transforms</c>.</param>
    /// <param name="outputColumnName">The column of scores.</param>
    /// <param name="queryColumnName">The column of queries, text.</param>
    /// <param name="documentColumnNames">The columns of documents, text, one a field.</param>
    /// <param name="options">How documents are scored; null is BM25.</param>
    /// <exception cref="ArgumentException">An option is not valid; the message lists all that are not.</exception>
    public static LexicalScoreEstimator LexicalScore(
        this TransformsCatalog catalog, string outputColumnName, string queryColumnName, string[] documentColumnNames, LexicalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(documentColumnNames);
        return new(catalog.Environment(), new(outputColumnName, queryColumnName, documentColumnNames, options ?? new()));
    }

    /// <inheritdoc cref="LexicalScore(TransformsCatalog, string, string, string[], LexicalOptions)"/>
    /// <param name="catalog"><c>ml.Transforms</c>.</param>
    /// <param name="outputColumnName">The column of scores.</param>
    /// <param name="queryColumnName">The column of queries, text.</param>
    /// <param name="documentColumnName">The column of documents, text.</param>
    /// <param name="options">How documents are scored; null is BM25.</param>
    public static LexicalScoreEstimator LexicalScore(
        this TransformsCatalog catalog, string outputColumnName = "Score", string queryColumnName = "Query", string documentColumnName = "Document", LexicalOptions? options = null) =>
        LexicalScore(catalog, outputColumnName, queryColumnName, [documentColumnName], options);
}
