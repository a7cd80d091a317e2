using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML;

public sealed partial class SequenceTransformsCatalog
{
    /// <summary>Reads frames from image files; see <see cref="FrameLoadEstimator"/>.</summary>
    /// <param name="outputColumnName">The column of frames.</param>
    /// <param name="inputColumnName">The column of paths: one text, or a vector of texts.</param>
    /// <param name="height">Rows of pixels of a frame; images are resized to it.</param>
    /// <param name="width">Columns of pixels of a frame.</param>
    /// <param name="imageFolder">The folder that paths are relative to. The default, null, is the current one.</param>
    /// <exception cref="ArgumentException">Options are not valid; the message lists all of them.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    ///
    /// var ml = new MLContext(seed: 1);
    /// TextLoader.Column[] columns = [new("Label", DataKind.String, 0), new("Path", DataKind.String, 1)];
    /// var train = ml.Data.LoadFromTextFile("train.tsv", columns);
    /// var pipeline = ml.Transforms.SequenceTransforms().LoadFrames("Features", "Path", height: 64, width: 64)
    ///     .Append(ml.Transforms.Conversion.MapValueToKey("Label"))
    ///     .Append(ml.MulticlassClassification.Trainers.Lrcn());
    /// var model = pipeline.Fit(train);
    /// ]]></code></example>
    /// <seealso href="../docs/Lrcn.html">docs/Lrcn.md</seealso>
    public FrameLoadEstimator LoadFrames(
        string outputColumnName, string inputColumnName, int height, int width, string? imageFolder = null) =>
        LoadFrames(new FrameLoadOptions
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Height = height,
            Width = width,
            ImageFolder = imageFolder,
        });

    /// <summary>Reads frames from image files; see <see cref="FrameLoadEstimator"/>.</summary>
    /// <param name="options">Columns, size, colours and folder.</param>
    /// <exception cref="ArgumentException">Options are not valid; the message lists all of them.</exception>
    /// <seealso href="../docs/Lrcn.html">docs/Lrcn.md</seealso>
    public FrameLoadEstimator LoadFrames(FrameLoadOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new FrameLoadEstimator(options);
    }

    /// <summary>Creates a trainer that describes images or clips; see <see cref="LrcnCaptionTrainer"/>.</summary>
    /// <param name="labelColumnName">The sentences, a text. The default is <c>Label</c>.</param>
    /// <param name="featureColumnName">The images <c>[C, H, W]</c> or frames <c>[T, C, H, W]</c>. The default is <c>Features</c>.</param>
    /// <param name="hiddenSize">Features of a frame, and channels of the recurrent states. The default is 64.</param>
    /// <param name="epochs">The number of epochs. The default, 0, chooses from the number of rows.</param>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var train = ml.Data.LoadFromTextFile<Picture>("train.tsv", hasHeader: true);
    /// var test = ml.Data.LoadFromTextFile<Picture>("test.tsv", hasHeader: true);
    /// var pipeline = ml.Transforms.SequenceTransforms().LoadFrames("Features", "Path", height: 64, width: 64)
    ///     .Append(ml.Transforms.SequenceTransforms().LrcnCaption("Sentence"));
    /// foreach (var sentence in pipeline.Fit(train).Transform(test).GetColumn<string>("PredictedLabel"))
    /// {
    ///     Console.WriteLine(sentence);
    /// }
    ///
    /// class Picture
    /// {
    ///     [LoadColumn(0)]
    ///     public string Path { get; set; } = "";
    ///
    ///     [LoadColumn(1)]
    ///     public string Sentence { get; set; } = "";
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/Lrcn.html">docs/Lrcn.md</seealso>
    public LrcnCaptionTrainer LrcnCaption(
        string labelColumnName = "Label", string featureColumnName = "Features", int hiddenSize = 64, int epochs = 0) =>
        LrcnCaption(new LrcnCaptionOptions
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            HiddenSize = hiddenSize,
            Training = new TrainingOptions { Epochs = epochs },
        });

    /// <summary>Creates a trainer that describes images or clips, with all options; see <see cref="LrcnCaptionTrainer"/>.</summary>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var train = ml.Data.LoadFromTextFile<Picture>("train.tsv", hasHeader: true);
    /// var test = ml.Data.LoadFromTextFile<Picture>("test.tsv", hasHeader: true);
    /// var pipeline = ml.Transforms.SequenceTransforms().LoadFrames("Features", "Path", height: 64, width: 64)
    ///     .Append(ml.Transforms.SequenceTransforms().LrcnCaption(new LrcnCaptionOptions { LabelColumnName = "Sentence", HiddenSize = 64 }));
    /// foreach (var sentence in pipeline.Fit(train).Transform(test).GetColumn<string>("PredictedLabel"))
    /// {
    ///     Console.WriteLine(sentence);
    /// }
    ///
    /// class Picture
    /// {
    ///     [LoadColumn(0)]
    ///     public string Path { get; set; } = "";
    ///
    ///     [LoadColumn(1)]
    ///     public string Sentence { get; set; } = "";
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/Lrcn.html">docs/Lrcn.md</seealso>
    public LrcnCaptionTrainer LrcnCaption(LrcnCaptionOptions options) => new(_env, options);
}
