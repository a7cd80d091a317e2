using System.Globalization;
using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.Conformal;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML;

/// <summary>Intervals and sets of classes that hold the label with a given probability, around any trainer's predictions.</summary>
/// <remarks>
/// <code>
/// var model = trainer.Fit(train);
/// var intervals = ml.Regression.ConformalInterval(coverage: .9).Fit(model.Transform(calibration));
/// var whole = model.Append(intervals);
/// </code>
/// The calibration rows are rows that the model was not trained on. A pipeline that ends with this estimator and is fitted as a whole would
/// calibrate by the training rows.
/// </remarks>
public static class ConformalCatalog
{
    /// <summary>Adds the columns Lower and Upper, between which the label is with the probability asked for.</summary>
    /// <param name="catalog"><c>ml.Regression</c>.</param>
    /// <param name="coverage">The probability, .01 to .9999. The default is .9.</param>
    /// <param name="labelColumnName">The label, a Single. The default is <c>Label</c>.</param>
    /// <param name="scoreColumnName">The prediction. The default is <c>Score</c>.</param>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    ///
    /// var ml = new MLContext(seed: 1);
    /// TextLoader.Column[] columns = [new("Label", DataKind.Single, 0), new("Features", DataKind.Single, 1, 20)];
    /// var parts = ml.Data.TrainTestSplit(ml.Data.LoadFromTextFile("table.csv", columns, separatorChar: ','), testFraction: 0.4);
    /// var rest = ml.Data.TrainTestSplit(parts.TestSet, testFraction: 0.5);
    /// var model = ml.Regression.Trainers.DeepNetwork().Fit(parts.TrainSet);
    /// var intervals = ml.Regression.ConformalInterval(coverage: 0.9).Fit(model.Transform(rest.TrainSet));
    /// var metrics = ml.Regression.EvaluateIntervals(intervals.Transform(model.Transform(rest.TestSet)));
    /// Console.WriteLine($"{metrics.Coverage:p0} of the labels are in intervals of width {metrics.MeanWidth:f2}");
    /// ]]></code></example>
    /// <seealso href="../docs/Conformal.html">docs/Conformal.md</seealso>
    public static ConformalIntervalEstimator ConformalInterval(
        this RegressionCatalog catalog, double coverage = 0.9, string labelColumnName = "Label", string scoreColumnName = "Score") =>
        catalog.ConformalInterval(new ConformalIntervalOptions { Coverage = coverage, LabelColumnName = labelColumnName, ScoreColumnName = scoreColumnName });

    /// <summary>Adds the columns Lower and Upper, between which the label is with the probability asked for.</summary>
    /// <param name="catalog"><c>ml.Regression</c>.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message names each.</exception>
    /// <seealso href="../docs/Conformal.html">docs/Conformal.md</seealso>
    public static ConformalIntervalEstimator ConformalInterval(this RegressionCatalog catalog, ConformalIntervalOptions options) =>
        Interval(catalog, options);

    /// <summary>Adds the columns Lower and Upper, between which each value is with the probability asked for, of the label's shape.</summary>
    /// <param name="catalog"><c>ml.Forecasting</c>.</param>
    /// <param name="coverage">The probability of each step by itself, .01 to .9999. The default is .9.</param>
    /// <param name="labelColumnName">The actual values, [H] or [H, K]. The default is <c>Label</c>.</param>
    /// <param name="scoreColumnName">The forecast, of the same shape. The default is <c>Score</c>.</param>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    /// <remarks>
    /// Rows of a series do not come in any order. Calibrate by rows later than those trained on and near those to forecast, and measure
    /// the coverage on later ones (<see cref="EvaluateIntervals(ForecastingCatalog, IDataView, string, string, string, double)"/>).
    /// </remarks>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var hours = Enumerable.Range(0, 400).Select(hour => new Hour { Load = 100 + (20 * MathF.Sin(hour * MathF.PI / 12)), Wind = hour % 7 });
    /// var data = ml.Data.LoadFromEnumerable(hours);
    ///
    /// var windows = ml.Transforms.SequenceTransforms().ForecastWindow(["Load"], length: 48, horizon: 12).Fit(data).Transform(data);
    /// var (train, later) = (ml.Data.TakeRows(windows, 150), ml.Data.SkipRows(windows, 250));
    /// var model = ml.Forecasting.Trainers.ParaRnn().Fit(train);
    /// var intervals = ml.Forecasting.ConformalInterval(coverage: 0.9).Fit(model.Transform(ml.Data.TakeRows(ml.Data.SkipRows(windows, 150), 100)));
    /// Console.WriteLine(ml.Forecasting.EvaluateIntervals(intervals.Transform(model.Transform(later))).Coverage);
    ///
    /// class Hour
    /// {
    ///     public float Load { get; set; }
    ///     public float Wind { get; set; }
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/Conformal.html">docs/Conformal.md</seealso>
    public static ConformalIntervalEstimator ConformalInterval(
        this ForecastingCatalog catalog, double coverage = 0.9, string labelColumnName = "Label", string scoreColumnName = "Score") =>
        catalog.ConformalInterval(new ConformalIntervalOptions { Coverage = coverage, LabelColumnName = labelColumnName, ScoreColumnName = scoreColumnName });

    /// <inheritdoc cref="ConformalInterval(ForecastingCatalog, double, string, string)" path="/*[not(self::param)]"/>
    /// <param name="catalog"><c>ml.Forecasting</c>.</param>
    /// <param name="options">Settings.</param>
    /// <seealso href="../docs/Conformal.html">docs/Conformal.md</seealso>
    public static ConformalIntervalEstimator ConformalInterval(this ForecastingCatalog catalog, ConformalIntervalOptions options) =>
        Interval(catalog, options);

    /// <summary>Adds the column PredictedLabels, the classes among which the label is with the probability asked for.</summary>
    /// <param name="catalog"><c>ml.MulticlassClassification</c>.</param>
    /// <param name="coverage">The probability, .01 to .9999. The default is .9.</param>
    /// <param name="labelColumnName">The label, a key. The default is <c>Label</c>.</param>
    /// <param name="scoreColumnName">The probabilities of the classes. The default is <c>Score</c>.</param>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var rows = ml.Data.LoadFromTsFile("JapaneseVowels_TRAIN.ts");
    /// var data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
    /// var parts = ml.Data.TrainTestSplit(data, testFraction: 0.25);
    /// var model = ml.MulticlassClassification.Trainers.ParaRnn().Fit(parts.TrainSet);
    /// var sets = ml.MulticlassClassification.ConformalSet(coverage: 0.9).Fit(model.Transform(parts.TestSet));
    /// var later = model.Append(sets).Transform(data);
    /// Console.WriteLine(ml.MulticlassClassification.EvaluateSets(later).MeanSize);
    /// ]]></code></example>
    /// <seealso href="../docs/Conformal.html">docs/Conformal.md</seealso>
    public static ConformalSetEstimator ConformalSet(
        this MulticlassClassificationCatalog catalog, double coverage = 0.9, string labelColumnName = "Label", string scoreColumnName = "Score") =>
        catalog.ConformalSet(new ConformalSetOptions { Coverage = coverage, LabelColumnName = labelColumnName, ScoreColumnName = scoreColumnName });

    /// <summary>Adds the column PredictedLabels, the classes among which the label is with the probability asked for.</summary>
    /// <param name="catalog"><c>ml.MulticlassClassification</c>.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message names each.</exception>
    /// <seealso href="../docs/Conformal.html">docs/Conformal.md</seealso>
    public static ConformalSetEstimator ConformalSet(this MulticlassClassificationCatalog catalog, ConformalSetOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(catalog.Environment(), options);
    }

    /// <summary>How often intervals held the label, and how wide they were.</summary>
    /// <param name="catalog"><c>ml.Regression</c>.</param>
    /// <param name="data">Rows with intervals.</param>
    /// <param name="labelColumnName">The label. The default is <c>Label</c>; a missing one is left out.</param>
    /// <param name="lowerColumnName">The lower ends. The default is <c>Lower</c>.</param>
    /// <param name="upperColumnName">The upper ends. The default is <c>Upper</c>.</param>
    /// <param name="coverage">The probability that was asked for, above 0 and below 1, for <see cref="IntervalMetrics.IntervalScore"/>. The default is .9.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, of the wrong type, or of another shape than the label's; or the coverage is out of range.</exception>
    /// <exception cref="InvalidOperationException">There is no label to compare.</exception>
    /// <exception cref="InvalidDataException">An end of an interval is missing.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    ///
    /// var ml = new MLContext(seed: 1);
    /// TextLoader.Column[] columns = [new("Label", DataKind.Single, 0), new("Features", DataKind.Single, 1, 20)];
    /// var parts = ml.Data.TrainTestSplit(ml.Data.LoadFromTextFile("table.csv", columns, separatorChar: ','), testFraction: 0.4);
    /// var rest = ml.Data.TrainTestSplit(parts.TestSet, testFraction: 0.5);
    /// var model = ml.Regression.Trainers.DeepNetwork().Fit(parts.TrainSet);
    /// var intervals = ml.Regression.ConformalInterval(coverage: 0.9).Fit(model.Transform(rest.TrainSet));
    /// var metrics = ml.Regression.EvaluateIntervals(intervals.Transform(model.Transform(rest.TestSet)));
    /// Console.WriteLine($"{metrics.Coverage:p0} of the labels are in intervals of width {metrics.MeanWidth:f2}");
    /// ]]></code></example>
    /// <seealso href="../docs/Conformal.html">docs/Conformal.md</seealso>
    public static IntervalMetrics EvaluateIntervals(
        this RegressionCatalog catalog, IDataView data, string labelColumnName = "Label", string lowerColumnName = "Lower", string upperColumnName = "Upper",
        double coverage = 0.9) => Evaluate(catalog, data, labelColumnName, lowerColumnName, upperColumnName, coverage);

    /// <inheritdoc cref="EvaluateIntervals(RegressionCatalog, IDataView, string, string, string, double)" path="/*[not(self::param)]"/>
    /// <param name="catalog"><c>ml.Forecasting</c>.</param>
    /// <param name="data">Rows with intervals.</param>
    /// <param name="labelColumnName">The actual values. The default is <c>Label</c>; missing ones are left out.</param>
    /// <param name="lowerColumnName">The lower ends. The default is <c>Lower</c>.</param>
    /// <param name="upperColumnName">The upper ends. The default is <c>Upper</c>.</param>
    /// <param name="coverage">The probability that was asked for, above 0 and below 1. The default is .9.</param>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var hours = Enumerable.Range(0, 400).Select(hour => new Hour { Load = 100 + (20 * MathF.Sin(hour * MathF.PI / 12)), Wind = hour % 7 });
    /// var data = ml.Data.LoadFromEnumerable(hours);
    ///
    /// var windows = ml.Transforms.SequenceTransforms().ForecastWindow(["Load"], length: 48, horizon: 12).Fit(data).Transform(data);
    /// var (train, later) = (ml.Data.TakeRows(windows, 150), ml.Data.SkipRows(windows, 250));
    /// var model = ml.Forecasting.Trainers.ParaRnn().Fit(train);
    /// var intervals = ml.Forecasting.ConformalInterval(coverage: 0.9).Fit(model.Transform(ml.Data.TakeRows(ml.Data.SkipRows(windows, 150), 100)));
    /// Console.WriteLine(ml.Forecasting.EvaluateIntervals(intervals.Transform(model.Transform(later))).Coverage);
    ///
    /// class Hour
    /// {
    ///     public float Load { get; set; }
    ///     public float Wind { get; set; }
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/Conformal.html">docs/Conformal.md</seealso>
    public static IntervalMetrics EvaluateIntervals(
        this ForecastingCatalog catalog, IDataView data, string labelColumnName = "Label", string lowerColumnName = "Lower", string upperColumnName = "Upper",
        double coverage = 0.9) => Evaluate(catalog, data, labelColumnName, lowerColumnName, upperColumnName, coverage);

    /// <summary>How often sets of classes held the label, and how large they were.</summary>
    /// <param name="catalog"><c>ml.MulticlassClassification</c>.</param>
    /// <param name="data">Rows with sets.</param>
    /// <param name="labelColumnName">The label, a key. The default is <c>Label</c>; rows without one are left out.</param>
    /// <param name="setColumnName">The sets. The default is <c>PredictedLabels</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">There is no label to compare.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var rows = ml.Data.LoadFromTsFile("JapaneseVowels_TRAIN.ts");
    /// var data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
    /// var parts = ml.Data.TrainTestSplit(data, testFraction: 0.25);
    /// var model = ml.MulticlassClassification.Trainers.ParaRnn().Fit(parts.TrainSet);
    /// var sets = ml.MulticlassClassification.ConformalSet(coverage: 0.9).Fit(model.Transform(parts.TestSet));
    /// var later = model.Append(sets).Transform(data);
    /// Console.WriteLine(ml.MulticlassClassification.EvaluateSets(later).MeanSize);
    /// ]]></code></example>
    /// <seealso href="../docs/Conformal.html">docs/Conformal.md</seealso>
    public static SetMetrics EvaluateSets(
        this MulticlassClassificationCatalog catalog, IDataView data, string labelColumnName = "Label", string setColumnName = "PredictedLabels")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        return ConformalEvaluation.OfSets(data, labelColumnName, setColumnName);
    }

    private static ConformalIntervalEstimator Interval(TrainCatalogBase catalog, ConformalIntervalOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(catalog.Environment(), options);
    }

    private static IntervalMetrics Evaluate(TrainCatalogBase catalog, IDataView data, string label, string lower, string upper, double coverage)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        if (!(coverage is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(coverage), string.Create(CultureInfo.InvariantCulture,
                $"The coverage is {coverage}; allowed is above 0 and below 1: what the intervals were asked for."));
        }
        return ConformalEvaluation.OfIntervals(data, label, lower, upper, coverage);
    }
}
