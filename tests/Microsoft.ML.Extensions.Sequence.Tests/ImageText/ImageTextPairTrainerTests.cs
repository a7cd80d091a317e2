using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests;

[TestClass]
public sealed class ImageTextPairTrainerTests
{
    private static readonly MLContext s_ml = new(1);

    [TestMethod, Trained]
    [DataRow("Image", "Text")]
    [DataRow("Features", "Words")]
    public void WhetherASentenceIsTrue_IsLearned(string image, string text)
    {
        using var model = Fit(Load(300, 1), options =>
            (options.FeatureColumnName, options.TextColumnName, options.Training.Epochs, options.Training.Seed) = (image, text, 40, TrainedSeed.From(1)));
        var metrics = s_ml.BinaryClassification.EvaluateNonCalibrated(model.Transform(Load(100, 2)));
        TrainedBound.AtLeast(metrics.AreaUnderRocCurve, 0.9, "area under ROC");
    }

    [TestMethod]
    public void SavedAndLoaded_ScoresTheSame_AndSoDoesAPredictionEngine()
    {
        var data = Load(20, 1);
        using var model = Fit(data);
        var loaded = ModelFile.Load(s_ml, ModelFile.Save(s_ml, model, data.Schema));
        var scores = model.Transform(data).GetColumn<float>("Score").ToArray();
        CollectionAssert.AreEqual(scores, loaded.Transform(data).GetColumn<float>("Score").ToArray());
        CollectionAssert.AreEqual(
            scores.Select(score => score > 0).ToArray(), model.Transform(data).GetColumn<bool>("PredictedLabel").ToArray());
        using var ensemble = Fit(data, options => options.EnsembleSize = 2);
        Assert.IsTrue(ensemble.Transform(data).GetColumn<float>("Probability").All(value => value is > 0 and < 1));
    }

    [TestMethod]
    public void OtherLabels_AndOneClass_AreRefused()
    {
        Assert.Contains("must be a Boolean", Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => Fit(Load(8, 1), options => options.LabelColumnName = "Text")).Message);
        var data = ImageTextToy.Load(s_ml, ImageTextToy.Rows(8));
        var one = s_ml.Transforms.CustomMapping<Empty, Labelled>((_, row) => row.Label = true, null).Fit(data).Transform(data);
        Assert.Contains("only one class", Assert.ThrowsExactly<InvalidOperationException>(() => Fit(one)).Message);
    }

    private static NetworkTransformer Fit(IDataView data, Action<ImageTextPairOptions>? change = null)
    {
        var options = new ImageTextPairOptions { HiddenSize = 16, EmbeddingSize = 16, Dropout = 0 };
        (options.Image.ConvolutionChannels, options.Image.Distortion, options.Text.WordDropout) = (16, 0, 0);
        (options.Training.Epochs, options.Training.BatchSize, options.Training.LearningRate, options.Training.Seed) = (2, 16, 0.01, 1);
        change?.Invoke(options);
        return s_ml.BinaryClassification.Trainers.ImageTextPair(options).Fit(data);
    }

    // Every second row has the sentence of another.
    private static IDataView Load(int count, int seed)
    {
        var rows = ImageTextToy.Rows(count, seed);
        var (kind, random) = (0, new Random(seed));
        foreach (var row in rows)
        {
            row.IsMatch = random.Next(2) == 0;
            var other = row.IsMatch ? kind : (kind + random.Next(1, ImageTextToy.Kinds)) % ImageTextToy.Kinds;
            (row.Text, row.Words) = (ImageTextToy.Sentence(other), ImageTextToy.Rows(ImageTextToy.Kinds)[other].Words);
            kind = (kind + 1) % ImageTextToy.Kinds;
        }
        var data = ImageTextToy.Load(s_ml, rows);
        return s_ml.Transforms.CopyColumns("Label", "IsMatch").Fit(data).Transform(data);
    }

    private sealed class Empty;

    private sealed class Labelled
    {
        public bool Label { get; set; }
    }
}
