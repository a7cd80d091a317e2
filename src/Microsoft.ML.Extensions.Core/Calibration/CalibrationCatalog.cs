using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML;

/// <summary>Calibration of the probabilities of several classes; <c>ml.BinaryClassification.Calibrators</c> of ML.NET has that of two.</summary>
public static class CalibrationCatalog
{
    /// <summary>Calibrates the probabilities of a classifier, any trainer's, on rows that it was not trained on. Its column replaces the score.</summary>
    /// <param name="catalog"><c>ml.MulticlassClassification</c>.</param>
    /// <param name="labelColumnName">The label, a key; a missing one is left out. The default is <c>Label</c>.</param>
    /// <param name="scoreColumnName">The probabilities of the classes, which the calibrated ones replace. The default is <c>Score</c>.</param>
    /// <param name="predictedLabelColumnName">The predicted class, a key. The default is <c>PredictedLabel</c>.</param>
    /// <remarks>Append the fitted step to the model: it is saved, loaded and converted to ONNX with it.</remarks>
    /// <exception cref="ArgumentException">A name is null or empty.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var rows = ml.Data.LoadFromTsFile("JapaneseVowels_TRAIN.ts");
    /// var data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
    /// var parts = ml.Data.TrainTestSplit(data, testFraction: 0.25);
    /// var model = ml.MulticlassClassification.Trainers.Recurrent().Fit(parts.TrainSet);
    /// var calibration = ml.MulticlassClassification.TemperatureScaling().Fit(model.Transform(parts.TestSet));
    /// ml.Model.Save(model.Append(calibration), data.Schema, "vowels.zip");
    /// ]]></code></example>
    /// <seealso href="../docs/ExplainAndTrust.html">docs/ExplainAndTrust.md</seealso>
    public static TemperatureScalingEstimator TemperatureScaling(
        this MulticlassClassificationCatalog catalog, string labelColumnName = "Label", string scoreColumnName = "Score",
        string predictedLabelColumnName = "PredictedLabel")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(labelColumnName);
        ArgumentException.ThrowIfNullOrEmpty(scoreColumnName);
        ArgumentException.ThrowIfNullOrEmpty(predictedLabelColumnName);
        return new(catalog.Environment(), labelColumnName, scoreColumnName, predictedLabelColumnName);
    }
}
