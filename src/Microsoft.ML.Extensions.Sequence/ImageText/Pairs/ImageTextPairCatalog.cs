using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML;

/// <summary>Creates an <see cref="ImageTextPairTrainer"/>: <c>ml.BinaryClassification.Trainers.ImageTextPair(...)</c>.</summary>
public static class ImageTextPairCatalog
{
    /// <summary>Creates an <see cref="ImageTextPairTrainer"/>, which decides whether a sentence is true of an image.</summary>
    /// <param name="catalog">The trainers of binary classification.</param>
    /// <param name="labelColumnName">Whether they match, a Boolean. The default is <c>Label</c>.</param>
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
    /// var model = ml.BinaryClassification.Trainers.ImageTextPair(imageColumnName: "Path").Fit(train);
    /// Console.WriteLine(ml.BinaryClassification.Evaluate(model.Transform(photos)).Accuracy);
    ///
    /// class Photo
    /// {
    ///     [LoadColumn(0)]
    ///     public string Path { get; set; } = "";
    ///
    ///     [LoadColumn(1)]
    ///     public string Text { get; set; } = "";
    ///
    ///     [LoadColumn(2)]
    ///     public bool Label { get; set; }
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/ImageTextMatching.html">docs/ImageTextMatching.md</seealso>
    public static ImageTextPairTrainer ImageTextPair(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, string labelColumnName = "Label",
        string imageColumnName = "Image", string textColumnName = "Text", TextChannel textChannel = TextChannel.BagOfWords,
        int epochs = 0) =>
        ImageTextPair(catalog, new ImageTextPairOptions
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = imageColumnName,
            TextColumnName = textColumnName,
            Text = new() { Channel = textChannel },
            Training = new() { Epochs = epochs },
        });

    /// <summary>
    /// Creates an <see cref="ImageTextPairTrainer"/> with all options, which decides whether a sentence is true of an image.
    /// </summary>
    /// <param name="catalog">The trainers of binary classification.</param>
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
    /// var model = ml.BinaryClassification.Trainers.ImageTextPair(new ImageTextPairOptions { FeatureColumnName = "Path", TextColumnName = "Text" }).Fit(train);
    /// Console.WriteLine(ml.BinaryClassification.Evaluate(model.Transform(photos)).Accuracy);
    ///
    /// class Photo
    /// {
    ///     [LoadColumn(0)]
    ///     public string Path { get; set; } = "";
    ///
    ///     [LoadColumn(1)]
    ///     public string Text { get; set; } = "";
    ///
    ///     [LoadColumn(2)]
    ///     public bool Label { get; set; }
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/ImageTextMatching.html">docs/ImageTextMatching.md</seealso>
    public static ImageTextPairTrainer ImageTextPair(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, ImageTextPairOptions options) =>
        new(catalog.Environment(), options);
}
