using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML;

/// <summary>Indexes of images and of sentences by a trained model.</summary>
public static class ImageTextIndexCatalog
{
    /// <summary>Creates an index of the images or the sentences of a data view.</summary>
    /// <remarks>
    /// The model may be a whole pipeline: its steps before the network are used where the data has the columns that they read, such as the
    /// path of an image. The index does not own the model, which may be disposed before it.
    /// </remarks>
    /// <param name="model">The model that <c>ml.Ranking.Trainers.ImageTextMatching</c> trained, alone or in a pipeline.</param>
    /// <param name="data">The rows; the columns of the other side of a pair are not needed.</param>
    /// <param name="content">What to index.</param>
    /// <param name="idColumnName">The id, a key, text or whole number. The default is <c>Id</c>.</param>
    /// <param name="vectors">An empty index for the vectors, such as an approximate one; null for an exact one.</param>
    /// <exception cref="ArgumentException">The model has no part that ImageTextMatching trained, or two.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">A row has no id, or its image cannot be read; the message names column and row.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var train = ml.Data.LoadFromTextFile<Photo>("train.tsv", hasHeader: true);
    /// var photos = ml.Data.LoadFromTextFile<Photo>("photos.tsv", hasHeader: true);
    /// var model = ml.Ranking.Trainers.ImageTextMatching(imageColumnName: "Path", textColumnName: "Text").Fit(train);
    ///
    /// using var index = model.CreateIndex(photos, ImageTextContent.Images, idColumnName: "Path");
    /// foreach (var match in index.Search("a red circle above a blue square", top: 5))
    /// {
    ///     Console.WriteLine($"{match.Id} {match.Score:f2}");
    /// }
    ///
    /// class Photo
    /// {
    ///     [LoadColumn(0)]
    ///     public string Path { get; set; } = "";
    ///
    ///     [LoadColumn(1)]
    ///     public string Text { get; set; } = "";
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/ImageTextMatching.html">docs/ImageTextMatching.md</seealso>
    public static ImageTextIndex CreateIndex(
        this ITransformer model, IDataView data, ImageTextContent content, string idColumnName = "Id", IVectorIndex? vectors = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        var encoder = ImageTextEncoder.Of(model);
        try
        {
            var index = new ImageTextIndex(encoder, content, vectors);
            index.Add(data, idColumnName);
            return index;
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
    }

    /// <summary>Loads an index that was created with this model and saved by <see cref="ImageTextIndex.Save"/>.</summary>
    /// <param name="model">The model, which may itself have been saved and loaded.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="ArgumentException">The model has no part that ImageTextMatching trained, or two.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="FormatException">The file is damaged, no index, or one of another model.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var model = ml.Model.Load("photos.zip", out _);
    /// using var index = model.LoadIndex("photos.index");    // that ImageTextIndex.Save saved
    /// foreach (var match in index.Search("a red circle above a blue square", top: 5))
    /// {
    ///     Console.WriteLine($"{match.Id} {match.Score:f2}");
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/ImageTextMatching.html">docs/ImageTextMatching.md</seealso>
    public static ImageTextIndex LoadIndex(this ITransformer model, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var encoder = ImageTextEncoder.Of(model);
        try
        {
            return ImageTextIndex.Load(encoder, path);
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
    }
}
