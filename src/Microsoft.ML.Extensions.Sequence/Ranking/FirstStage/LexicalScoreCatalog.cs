using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML;

/// <summary>Adds BM25 and similar scores to a pipeline.</summary>
public static class LexicalScoreCatalog
{
    /// <summary>
    /// Adds a score of each row's document for the row's query by shared words: BM25, BM25F over several columns, or the query likelihood.
    /// </summary>
    /// <param name="catalog"><c>ml.Transforms</c>.</param>
    /// <param name="outputColumnName">The column of scores.</param>
    /// <param name="queryColumnName">The column of queries, text.</param>
    /// <param name="documentColumnNames">The columns of documents, text, one per field.</param>
    /// <param name="options">The options of scoring; null for BM25.</param>
    /// <exception cref="ArgumentException">Options are not valid; the message lists all of them.</exception>
    /// <seealso href="../docs/Ranking.html">docs/Ranking.md</seealso>
    public static LexicalScoreEstimator LexicalScore(
        this TransformsCatalog catalog, string outputColumnName, string queryColumnName, string[] documentColumnNames,
            LexicalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(documentColumnNames);
        return new(catalog.Environment(), new(outputColumnName, queryColumnName, documentColumnNames, options ?? new()));
    }

    /// <inheritdoc cref="LexicalScore(TransformsCatalog, string, string, string[], LexicalOptions)" path="/*[not(self::param)]"/>
    /// <param name="catalog"><c>ml.Transforms</c>.</param>
    /// <param name="outputColumnName">The column of scores.</param>
    /// <param name="queryColumnName">The column of queries, text.</param>
    /// <param name="documentColumnName">The column of documents, text.</param>
    /// <param name="options">The options of scoring; null for BM25.</param>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var rows = ml.Data.LoadFromTextFile("pairs.tsv", [new("Query", DataKind.String, 0), new("Document", DataKind.String, 1)]);
    /// var scored = ml.Transforms.LexicalScore("Bm25", "Query", "Document").Fit(rows).Transform(rows);
    /// ]]></code></example>
    /// <seealso href="../docs/Ranking.html">docs/Ranking.md</seealso>
    public static LexicalScoreEstimator LexicalScore(
        this TransformsCatalog catalog, string outputColumnName = "Score", string queryColumnName = "Query",
            string documentColumnName = "Document", LexicalOptions? options = null) =>
        LexicalScore(catalog, outputColumnName, queryColumnName, [documentColumnName], options);
}
