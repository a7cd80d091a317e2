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
