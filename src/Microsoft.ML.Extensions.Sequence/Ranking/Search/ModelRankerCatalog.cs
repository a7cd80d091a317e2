using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML;

/// <summary>Rankers whose second stage is a trained model.</summary>
public static class ModelRankerCatalog
{
    /// <summary>A ranker of the documents of a data view: BM25 finds them, and the model orders what was found.</summary>
    /// <remarks>
    /// The model may be a whole pipeline. Steps before the network that read no more than query and document are taken, such as
    /// <see cref="LexicalScoreCatalog"/>'s; others, such as the making of keys, are left out. The model is its owner's, and serves while the ranker does.
    /// </remarks>
    /// <param name="model">What <c>ml.Ranking.Trainers.NeuralRanking</c> trained, alone or in a pipeline.</param>
    /// <param name="documents">A row a document.</param>
    /// <param name="documentColumnName">The id: a key, text or whole number.</param>
    /// <param name="textColumnName">The text, as the network reads it.</param>
    /// <param name="options">How documents are found; null is the defaults.</param>
    /// <exception cref="ArgumentException">The model has no ranker or two, or reads a column that is none of the texts and that no step makes; an option is not valid; an id comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">A row has no id.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public static Ranker CreateRanker(
        this ITransformer model, IDataView documents, string documentColumnName = "DocumentId", string textColumnName = "Document", RankerOptions? options = null) =>
        new MLContext().Ranking.CreateRanker(documents, documentColumnName, [textColumnName], options, Scorer(model));

    /// <summary>A ranker without documents, which <see cref="Ranker.Add"/> adds; of documents of several fields the model reads one after the other.</summary>
    /// <inheritdoc cref="CreateRanker(ITransformer, IDataView, string, string, RankerOptions)"/>
    public static Ranker CreateRanker(this ITransformer model, RankerOptions? options = null) => new MLContext().Ranking.CreateRanker(options, Scorer(model));

    /// <summary>Loads a ranker that was made of this model and saved by <see cref="Ranker.Save"/>.</summary>
    /// <param name="model">The model, which may have been saved and loaded, too.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="ArgumentException">The model has no ranker or two, or reads a column that is none of the texts and that no step makes.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    /// <exception cref="FormatException">The file is damaged or none of a ranker, or was saved with another model.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public static Ranker LoadRanker(this ITransformer model, string path) => new MLContext().Ranking.LoadRanker(path, Scorer(model));

    private static ModelScorer Scorer(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return ModelScorer.Of(model);
    }
}
