using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML;

/// <summary>Indexes of images and of sentences by a trained model.</summary>
public static class ImageTextIndexCatalog
{
    private const int MostExact = 100_000;

    /// <summary>Creates an index of the images or the sentences of a data view.</summary>
    /// <remarks>
    /// The model may be a whole pipeline: its steps before the network are used where the data has the columns that they read, such as the
    /// path of an image. The index does not own the model, which may be disposed before it.
    /// </remarks>
    /// <param name="model">The model that <c>ml.Ranking.Trainers.ImageTextMatching</c> trained, alone or in a pipeline.</param>
    /// <param name="data">The rows; the columns of the other side of a pair are not needed.</param>
    /// <param name="content">What to index.</param>
    /// <param name="idColumnName">The id, a key, text or whole number. The default is <c>Id</c>.</param>
    /// <param name="vectors">An empty index that keeps the vectors, such as a database; null for one in memory.</param>
    /// <param name="approximateIndex">
    /// Creates an empty index of vectors of so many numbers, by an approximate library; it serves above <paramref name="approximateAbove"/>
    /// entries. The library then proposes twice as many entries as are requested, and their scores are exact. The default, null, compares
    /// with all entries. It is not saved: give it again to <see cref="LoadIndex"/>. Indexes that it creates are disposed with this one.
    /// </param>
    /// <param name="approximateAbove">The most entries that are compared one by one where there is <paramref name="approximateIndex"/>, 1
    /// or more. The default is 100,000.</param>
    /// <exception cref="ArgumentException">
    /// The model has no part that ImageTextMatching trained, or two; or both kinds of index are given.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of another type, or <paramref name="approximateAbove"/> is below 1.
    /// </exception>
    /// <exception cref="InvalidDataException">A row has no id, or its image cannot be read; the message names column and row.</exception>
    /// <exception cref="InvalidOperationException">
    /// <paramref name="approximateIndex"/> created no index, or one that is not empty or of vectors of another length.
    /// </exception>
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
        this ITransformer model, IDataView data, ImageTextContent content, string idColumnName = "Id", IVectorIndex? vectors = null,
        Func<int, IVectorIndex>? approximateIndex = null, int approximateAbove = MostExact)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (vectors is not null && approximateIndex is not null)
        {
            throw new ArgumentException(
                $"Both {nameof(vectors)} and {nameof(approximateIndex)} are given; the first keeps the vectors and is searched alone, "
                + "so leave one of them out.", nameof(approximateIndex));
        }
        var approximate = Approximate(approximateIndex, approximateAbove);
        var encoder = ImageTextEncoder.Of(model);
        try
        {
            var index = new ImageTextIndex(encoder, content, vectors, approximate);
            index.Add(data, idColumnName);
            return index;
        }
        catch
        {
            encoder.Dispose();
            approximate?.Dispose();
            throw;
        }
    }

    /// <summary>Loads an index that was created with this model and saved by <see cref="ImageTextIndex.Save"/>.</summary>
    /// <param name="model">The model, which may itself have been saved and loaded.</param>
    /// <param name="path">The file.</param>
    /// <param name="approximateIndex">Creates an approximate index, as for <see cref="CreateIndex"/>; null to compare with all
    /// entries.</param>
    /// <param name="approximateAbove">The most entries that are compared one by one where there is <paramref name="approximateIndex"/>, 1
    /// or more. The default is 100,000.</param>
    /// <exception cref="ArgumentException">The model has no part that ImageTextMatching trained, or two.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="approximateAbove"/> is below 1.</exception>
    /// <exception cref="InvalidOperationException">
    /// <paramref name="approximateIndex"/> created no index, or one that is not empty or of vectors of another length.
    /// </exception>
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
    public static ImageTextIndex LoadIndex(
        this ITransformer model, string path, Func<int, IVectorIndex>? approximateIndex = null, int approximateAbove = MostExact)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var approximate = Approximate(approximateIndex, approximateAbove);
        var encoder = ImageTextEncoder.Of(model);
        try
        {
            return ImageTextIndex.Load(encoder, path, approximate);
        }
        catch
        {
            encoder.Dispose();
            approximate?.Dispose();
            throw;
        }
    }

    private static ApproximateVectors? Approximate(Func<int, IVectorIndex>? create, int above)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(above, 1, "approximateAbove");
        return create is null ? null : new(create, above, "approximateIndex");
    }
}
