using Microsoft.Extensions.AI;
using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML;

/// <summary>Creates and loads rankers, which search indexed documents.</summary>
public static class RankerCatalog
{
    /// <summary>Creates an empty ranker; <see cref="Ranker.Add"/> adds documents.</summary>
    /// <param name="catalog"><c>ml.Ranking</c>.</param>
    /// <param name="options">The options; null for BM25 over one text.</param>
    /// <param name="secondStage">A model that reranks the results; null for none.</param>
    /// <exception cref="ArgumentException">An option is not valid; the message lists all that are not.</exception>
    /// <exception cref="InvalidOperationException">The encoder gives no vector.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// using var ranker = ml.Ranking.CreateRanker();
    /// ranker.Add("wing", "the flow past the wing of an aircraft");
    /// ranker.Add("plate", "flow past a flat plate");
    /// foreach (var found in ranker.Rank("flow past wings", top: 10))
    /// {
    ///     Console.WriteLine($"{found.Id} {found.Score:f3}");
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/Ranking.html">docs/Ranking.md</seealso>
    public static Ranker CreateRanker(this RankingCatalog catalog, RankerOptions? options = null, IDocumentScorer? secondStage = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var wanted = (options ?? new()).Validated();
        return new(
            wanted, secondStage, new(wanted.Fields), secondStage is null ? null : new(StringComparer.Ordinal),
            wanted.Encoder is { } encoder ? new(encoder, wanted.ApproximateIndex, wanted.ApproximateAbove) : null);
    }

    /// <summary>Creates a ranker of the documents of a data view.</summary>
    /// <param name="catalog"><c>ml.Ranking</c>.</param>
    /// <param name="documents">A row per document.</param>
    /// <param name="documentColumnName">The id: a key, text or whole number.</param>
    /// <param name="textColumnNames">The texts, one column per field.</param>
    /// <param name="options">The options; null for the defaults. <see cref="RankerOptions.Fields"/> is taken from the columns.</param>
    /// <param name="secondStage">A model that reranks the results; null for none.</param>
    /// <exception cref="ArgumentException">An option is not valid, no text column is named, or an id occurs twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">A row has no id.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var documents = ml.Data.LoadFromTextFile("documents.tsv", [new("Id", DataKind.String, 0), new("Title", DataKind.String, 1), new("Body", DataKind.String, 2)]);
    /// using var ranker = ml.Ranking.CreateRanker(documents, "Id", ["Title", "Body"]);
    /// ranker.Save("index.mlx");
    /// ]]></code></example>
    /// <seealso href="../docs/Ranking.html">docs/Ranking.md</seealso>
    public static Ranker CreateRanker(
        this RankingCatalog catalog,
        IDataView documents,
        string documentColumnName,
        string[] textColumnNames,
        RankerOptions? options = null,
        IDocumentScorer? secondStage = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentNullException.ThrowIfNull(textColumnNames);
        if (textColumnNames.Length == 0)
        {
            throw new ArgumentException("No text column is named; give at least one.", nameof(textColumnNames));
        }
        var wanted = OptionsCopy.Of(options ?? new());
        wanted.Fields = textColumnNames.Length;
        var ranker = CreateRanker(catalog, wanted, secondStage);
        ranker.AddAll(TextRows.Read(catalog.Environment(), documents, documentColumnName, textColumnNames));
        return ranker;
    }

    /// <summary>Loads a ranker that <see cref="Ranker.Save"/> saved.</summary>
    /// <param name="catalog"><c>ml.Ranking</c>.</param>
    /// <param name="path">The file.</param>
    /// <param name="secondStage">The second stage that it was saved with; null where it had none.</param>
    /// <param name="encoder">The encoder that it was saved with; null where it had none.</param>
    /// <param name="approximateIndex">
    /// Creates the approximate index, as <see cref="RankerOptions.ApproximateIndex"/>; null to compare with all vectors.
    /// </param>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="InvalidOperationException">The encoder gives no vector.</exception>
    /// <exception cref="FormatException">
    /// The file is damaged, is not of a ranker, or was saved with another second stage or encoder, or without one.
    /// </exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// using var ranker = ml.Ranking.LoadRanker("index.mlx");
    /// foreach (var found in ranker.Rank("flow past wings", top: 10))
    /// {
    ///     Console.WriteLine($"{found.Id} {found.Score:f3}");
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/Ranking.html">docs/Ranking.md</seealso>
    public static Ranker LoadRanker(
        this RankingCatalog catalog, string path, IDocumentScorer? secondStage = null,
        IEmbeddingGenerator<string, Embedding<float>>? encoder = null,
        Func<int, IVectorIndex>? approximateIndex = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return IndexFile.Read(path, secondStage, encoder, approximateIndex);
    }
}
