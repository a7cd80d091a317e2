using Microsoft.ML.Data;
using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML;

/// <summary>Metrics of image-text matching: <c>ml.Ranking.EvaluateImageText(...)</c>.</summary>
public static class ImageTextMetricsCatalog
{
    /// <summary>Ranks all images for each sentence, and all sentences for each image, by the cosine of their vectors.</summary>
    /// <param name="catalog">The ranking catalog.</param>
    /// <param name="data">
    /// What a model that <c>ml.Ranking.Trainers.ImageTextMatching</c> trained made of rows of images and sentences.
    /// </param>
    /// <param name="imageIdColumnName">
    /// The image's id, a text, key or whole number: rows with the same id are sentences of one image. The default, null, is an image of its
    /// own for each row.
    /// </param>
    /// <param name="imageEmbeddingColumnName">The images' vectors. The default is <c>ImageEmbedding</c>.</param>
    /// <param name="textEmbeddingColumnName">The sentences' vectors. The default is <c>TextEmbedding</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="ArgumentException">There are no rows, or vectors have different lengths, or a vector has only zeros or
    /// NaN.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var train = ml.Data.LoadFromTextFile<Photo>("train.tsv", hasHeader: true);
    /// var photos = ml.Data.LoadFromTextFile<Photo>("photos.tsv", hasHeader: true);
    /// var model = ml.Ranking.Trainers.ImageTextMatching(imageColumnName: "Path", textColumnName: "Text").Fit(train);
    /// Console.WriteLine(ml.Ranking.EvaluateImageText(model.Transform(photos), imageIdColumnName: "Path"));
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
    public static ImageTextMetrics EvaluateImageText(
        this RankingCatalog catalog, IDataView data, string? imageIdColumnName = null, string imageEmbeddingColumnName = "ImageEmbedding",
        string textEmbeddingColumnName = "TextEmbedding")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        var (image, text) = (Vector(data, imageEmbeddingColumnName), Vector(data, textEmbeddingColumnName));
        List<DataViewSchema.Column> needed = [image, text];
        if (imageIdColumnName is not null)
        {
            needed.Add(data.Schema.Find(imageIdColumnName, "Id"));
        }
        using var cursor = data.GetRowCursor(needed);
        var images = new VectorReader(cursor, image, MissingValues.Error);
        var sentences = new VectorReader(cursor, text, MissingValues.Error);
        var id = imageIdColumnName is null ? null : IdReader.Create(cursor, imageIdColumnName, "Id");
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var (ofImages, ofSentences, imageOf) = (new List<float[]>(), new List<float[]>(), new List<int>());
        while (cursor.MoveNext())
        {
            var number = ofImages.Count;
            if (id is null || numbers.TryAdd(id(), number))
            {
                ofImages.Add(Unit(images, image.Name, cursor.Position));
            }
            else
            {
                number = numbers[id()];
            }
            ofSentences.Add(Unit(sentences, text.Name, cursor.Position));
            imageOf.Add(number);
        }
        if (imageOf.Count == 0)
        {
            throw new ArgumentException("The data has no rows; at least one is needed.", nameof(data));
        }
        return ImageTextMetrics.Of((one, other) => DotProduct.Of(ofImages[one], ofSentences[other]), ofImages.Count, imageOf);
    }

    /// <summary>Ranks all images for each sentence, and all sentences for each image, by given scores.</summary>
    /// <param name="catalog">The ranking catalog.</param>
    /// <param name="scores">The score of each sentence for each image, <c>[images][sentences]</c>, higher for better ones.</param>
    /// <param name="imageOfSentence">The index of the image that each sentence belongs to; every image needs a sentence.</param>
    /// <exception cref="ArgumentException">There is nothing to rank, the numbers do not agree, or a score is NaN.</exception>
    /// <seealso href="../docs/ImageTextMatching.html">docs/ImageTextMatching.md</seealso>
    public static ImageTextMetrics EvaluateImageText(
        this RankingCatalog catalog, IReadOnlyList<float[]> scores, IReadOnlyList<int> imageOfSentence)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(imageOfSentence);
        if (scores.Count == 0 || scores.Any(row => row.Length != imageOfSentence.Count || row.Any(float.IsNaN)))
        {
            throw new ArgumentException(
                $"Each of the {scores.Count} images needs {imageOfSentence.Count} scores, one for each sentence and none of them NaN.",
                nameof(scores));
        }
        return imageOfSentence.All(image => image >= 0 && image < scores.Count) && imageOfSentence.Distinct().Count() == scores.Count
            ? ImageTextMetrics.Of((image, sentence) => scores[image][sentence], scores.Count, imageOfSentence)
            : throw new ArgumentException(
                $"Sentences belong to images 0 to {scores.Count - 1}, and each image needs one.", nameof(imageOfSentence));
    }

    private static float[] Unit(VectorReader reader, string column, long row)
    {
        var vector = reader.Read();
        return DotProduct.Normalized(vector, vector.Length, FormattableString.Invariant($"Column '{column}', row {row}: the vector"));
    }

    private static DataViewSchema.Column Vector(IDataView data, string name)
    {
        var column = data.Schema.Find(name, "Embedding");
        return column.Type is VectorDataViewType { IsKnownSize: true } vector && vector.ItemType == NumberDataViewType.Single ? column
            : throw SchemaColumns.WrongType(name, "Embedding", "a vector of Single of known size", column.Type.ToString()!);
    }
}
