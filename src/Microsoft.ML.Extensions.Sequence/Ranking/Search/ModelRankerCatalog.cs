using Microsoft.Extensions.AI;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML;

/// <summary>Rankers whose second stage is a trained model.</summary>
public static class ModelRankerCatalog
{
    /// <summary>Creates a ranker of the documents of a data view: BM25 finds them, and the model orders the results.</summary>
    /// <remarks>
    /// The model may be a whole pipeline. The ranker keeps steps before the network that read only query and document, such as <see
    /// cref="LexicalScoreCatalog"/>'s, and drops others, such as mapping values to keys. It does not own the model: dispose the model
    /// after the ranker.
    /// </remarks>
    /// <param name="model">The model that <c>ml.Ranking.Trainers.NeuralRanking</c> trained, alone or in a pipeline.</param>
    /// <param name="documents">A row per document.</param>
    /// <param name="documentColumnName">The id: a key, text or whole number.</param>
    /// <param name="textColumnName">The text, as the network reads it.</param>
    /// <param name="options">The options of the first stage; null for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// The model has no ranker or two, or needs a column that is not one of the texts and that no step computes; an option is not valid;
    /// an id occurs twice.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">A row has no id.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var documents = ml.Data.LoadFromTextFile("documents.tsv", [new("Id", DataKind.String, 0), new("Body", DataKind.String, 1)]);
    /// var model = ml.Model.Load("ranking.zip", out _);                 // NeuralRanking
    /// using var ranker = model.CreateRanker(documents, documentColumnName: "Id", textColumnName: "Body");
    /// var best = ranker.Rank("flow past wings", top: 10);
    /// ]]></code></example>
    /// <seealso href="../docs/Ranking.html">docs/Ranking.md</seealso>
    public static Ranker CreateRanker(
        this ITransformer model, IDataView documents, string documentColumnName = "DocumentId", string textColumnName = "Document", RankerOptions? options = null) =>
        new MLContext().Ranking.CreateRanker(documents, documentColumnName, [textColumnName], options, Scorer(model));

    /// <summary>
    /// Creates a ranker without documents, which <see cref="Ranker.Add"/> adds. If documents have several fields, the model reads them one
    /// after the other.
    /// </summary>
    /// <inheritdoc cref="CreateRanker(ITransformer, IDataView, string, string, RankerOptions)"/>
    /// <seealso href="../docs/Ranking.html">docs/Ranking.md</seealso>
    public static Ranker CreateRanker(this ITransformer model, RankerOptions? options = null) => new MLContext().Ranking.CreateRanker(options, Scorer(model));

    /// <summary>Loads a ranker that was created with this model and saved by <see cref="Ranker.Save"/>.</summary>
    /// <param name="model">The model, which may itself have been saved and loaded.</param>
    /// <param name="path">The file.</param>
    /// <param name="encoder">The encoder that it was saved with; null where it had none.</param>
    /// <param name="approximateIndex">
    /// Creates the approximate index, as <see cref="RankerOptions.ApproximateIndex"/>; null to compare with all vectors.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The model has no ranker or two, or needs a column that is not one of the texts and that no step computes.
    /// </exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="InvalidOperationException">The encoder gives no vector.</exception>
    /// <exception cref="FormatException">The file is damaged, is not that of a ranker, or was saved with another model.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var model = ml.Model.Load("ranking.zip", out _);
    /// using var ranker = model.LoadRanker("index.mlx");
    /// var best = ranker.Rank("flow past wings", top: 10);
    /// ]]></code></example>
    /// <seealso href="../docs/Ranking.html">docs/Ranking.md</seealso>
    public static Ranker LoadRanker(
        this ITransformer model, string path, IEmbeddingGenerator<string, Embedding<float>>? encoder = null,
        Func<int, IVectorIndex>? approximateIndex = null) =>
        new MLContext().Ranking.LoadRanker(path, Scorer(model), encoder, approximateIndex);

    /// <summary>
    /// The vectors that a trained DSSM or CDSSM gives texts: the cosine of a query's and a document's orders documents as the model's score
    /// does.
    /// </summary>
    /// <remarks>
    /// Both sides have the same weights, and differ in the terms that they read, <see cref="NeuralRankingOptions.MaxQueryTerms"/> or <see
    /// cref="NeuralRankingOptions.MaxDocumentTerms"/>. As <see cref="RankerOptions.Encoder"/>, take that of documents, which is the same
    /// for
    /// queries of no more than the first number. Vectors have length 1, and <see cref="NeuralRankingOptions.HiddenSize"/> numbers per
    /// network of
    /// an ensemble. Any number of threads may use it; it keeps the weights until it is disposed. Other architectures are refused: their
    /// scores are not cosines of one vector per text.
    /// </remarks>
    /// <param name="model">The model that <c>ml.Ranking.Trainers.NeuralRanking</c> trained, alone or in a pipeline.</param>
    /// <param name="ofQueries">Whether texts are truncated as queries, and not as documents.</param>
    /// <exception cref="ArgumentException">
    /// The model has no ranker or two, or one of another architecture or with columns of numbers.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var model = ml.Model.Load("ranking.zip", out _);
    /// using var generator = model.CreateEmbeddingGenerator();
    /// using var ranker = ml.Ranking.CreateRanker(new RankerOptions { Encoder = generator });
    /// ]]></code></example>
    /// <seealso href="../docs/NeuralRanking.html">docs/NeuralRanking.md</seealso>
    public static IEmbeddingGenerator<string, Embedding<float>> CreateEmbeddingGenerator(this ITransformer model, bool ofQueries = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        return RankingEmbeddingGenerator.Of(model, ofQueries);
    }

    private static ModelScorer Scorer(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return ModelScorer.Of(model);
    }
}
