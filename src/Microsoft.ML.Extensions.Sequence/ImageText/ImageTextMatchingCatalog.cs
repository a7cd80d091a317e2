using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML;

/// <summary>Creates an <see cref="ImageTextMatchingTrainer"/>: <c>ml.Ranking.Trainers.ImageTextMatching(...)</c>.</summary>
public static class ImageTextMatchingCatalog
{
    /// <summary>Creates an <see cref="ImageTextMatchingTrainer"/>, which finds images by sentences and sentences by images.</summary>
    /// <param name="catalog">The trainers of ranking.</param>
    /// <param name="imageColumnName">
    /// The image: <c>MLImage</c>, the path of a file, <c>[C, H, W]</c> of Single, or a vector of features. The default is <c>Image</c>.
    /// </param>
    /// <param name="textColumnName">The sentence: a text, or a vector of Single. The default is <c>Text</c>.</param>
    /// <param name="textChannel">How sentences become vectors. The default is <see cref="TextChannel.BagOfWords"/>.</param>
    /// <param name="epochs">The number of epochs. The default, 0, chooses from the number of rows.</param>
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
    public static ImageTextMatchingTrainer ImageTextMatching(
        this RankingCatalog.RankingTrainers catalog, string imageColumnName = "Image", string textColumnName = "Text",
        TextChannel textChannel = TextChannel.BagOfWords, int epochs = 0) =>
        ImageTextMatching(catalog, new ImageTextMatchingOptions
        {
            FeatureColumnName = imageColumnName,
            TextColumnName = textColumnName,
            Text = new() { Channel = textChannel },
            Training = new() { Epochs = epochs },
        });

    /// <summary>
    /// Creates an <see cref="ImageTextMatchingTrainer"/> with all options, which finds images by sentences and sentences by images.
    /// </summary>
    /// <param name="catalog">The trainers of ranking.</param>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var train = ml.Data.LoadFromTextFile<Photo>("train.tsv", hasHeader: true);
    /// var photos = ml.Data.LoadFromTextFile<Photo>("photos.tsv", hasHeader: true);
    /// var options = new ImageTextMatchingOptions { FeatureColumnName = "Path", TextColumnName = "Text", EmbeddingSize = 64 };
    /// var model = ml.Ranking.Trainers.ImageTextMatching(options).Fit(train);
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
    public static ImageTextMatchingTrainer ImageTextMatching(
        this RankingCatalog.RankingTrainers catalog, ImageTextMatchingOptions options) => new(catalog.Environment(), options);
}
