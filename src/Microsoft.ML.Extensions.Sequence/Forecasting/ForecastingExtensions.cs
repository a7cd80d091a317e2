using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML;

/// <summary>Methods of <c>ml.Forecasting</c> apart from its trainers.</summary>
public static class ForecastingExtensions
{
    /// <summary>Compares forecasts with the actual values.</summary>
    /// <param name="catalog"><c>ml.Forecasting</c>.</param>
    /// <param name="data">Scored rows. Values that the label lacks (NaN) are left out, and counted.</param>
    /// <param name="labelColumnName">The actual values, a vector of Single [H] or [H, K]. The default is <c>Label</c>.</param>
    /// <param name="scoreColumnName">The forecast, of the same shape. The default is <c>Score</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, of the wrong type, or the two differ in shape.</exception>
    /// <exception cref="InvalidOperationException">There is no row to compare.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var hours = Enumerable.Range(0, 400).Select(hour => new Hour { Load = 100 + (20 * MathF.Sin(hour * MathF.PI / 12)), Wind = hour % 7 });
    /// var data = ml.Data.LoadFromEnumerable(hours);
    ///
    /// var pipeline = ml.Transforms.SequenceTransforms().ForecastWindow(["Load"], length: 48, horizon: 12).Append(ml.Forecasting.Trainers.Lssl());
    /// var model = pipeline.Fit(data);
    /// Console.WriteLine(ml.Forecasting.Evaluate(model.Transform(data)).MeanAbsoluteError);
    ///
    /// class Hour
    /// {
    ///     public float Load { get; set; }
    ///     public float Wind { get; set; }
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/Forecasting.html">docs/Forecasting.md</seealso>
    public static ForecastMetrics Evaluate(
        this ForecastingCatalog catalog, IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score") =>
        catalog.Evaluate(data, new ForecastEvaluationOptions { LabelColumnName = labelColumnName, ScoreColumnName = scoreColumnName });

    /// <summary>Compares forecasts with what came: with quantiles, and relative to a naive forecast.</summary>
    /// <param name="catalog"><c>ml.Forecasting</c>.</param>
    /// <param name="data">Scored rows. Values that the label lacks (NaN) are left out, and counted.</param>
    /// <param name="options">What is compared.</param>
    /// <exception cref="ArgumentException">Options are out of range, or there are not as many naive errors as targets.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, of the wrong type, or of another shape than the label's.</exception>
    /// <exception cref="InvalidOperationException">There is no row to compare.</exception>
    /// <seealso href="../docs/Forecasting.html">docs/Forecasting.md</seealso>
    public static ForecastMetrics Evaluate(this ForecastingCatalog catalog, IDataView data, ForecastEvaluationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        return ForecastEvaluator.Compare(data, options.Validated()).Metrics() ?? throw new InvalidOperationException(
            $"There is nothing to compare: label '{options.LabelColumnName}' has no value in any row.");
    }

    /// <summary>How far series are from themselves one season before, on average: what the mean absolute scaled error is relative to.</summary>
    /// <param name="catalog"><c>ml.Forecasting</c>.</param>
    /// <param name="data">The training rows of one series, in time order. Missing values are left out.</param>
    /// <param name="columnNames">The columns that are forecast, Single or vectors of Single of known size.</param>
    /// <param name="seasonLength">The rows of a season, at least 1. The default is 1, the value before.</param>
    /// <returns>A number above 0 for each value of the columns, for <see cref="ForecastEvaluationOptions.NaiveErrors"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type, or the season is shorter than a row.</exception>
    /// <exception cref="InvalidOperationException">A column repeats exactly with the season, or has no two values a season apart.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var hours = Enumerable.Range(0, 400).Select(hour => new Hour { Load = 100 + (20 * MathF.Sin(hour * MathF.PI / 12)), Wind = hour % 7 });
    /// var data = ml.Data.LoadFromEnumerable(hours);
    ///
    /// var naive = ml.Forecasting.MeasureNaiveErrors(data, ["Load"], seasonLength: 24);    // the same hour a day before
    /// var model = ml.Transforms.SequenceTransforms().ForecastWindow(["Load"], length: 48, horizon: 12).Append(ml.Forecasting.Trainers.Lssl()).Fit(data);
    /// var found = ml.Forecasting.Evaluate(model.Transform(data), new ForecastEvaluationOptions { NaiveErrors = naive });
    /// Console.WriteLine(found.MeanAbsoluteScaledError);
    ///
    /// class Hour
    /// {
    ///     public float Load { get; set; }
    ///     public float Wind { get; set; }
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/Forecasting.html">docs/Forecasting.md</seealso>
    public static double[] MeasureNaiveErrors(this ForecastingCatalog catalog, IDataView data, string[] columnNames, int seasonLength = 1)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(columnNames);
        ArgumentOutOfRangeException.ThrowIfLessThan(seasonLength, 1);
        var errors = NaiveErrors.Measure(data, data.Schema.FindKnownSingles(columnNames, "Input"), seasonLength);
        return Array.TrueForAll(errors, error => error > 0 && double.IsFinite(error)) ? errors : throw new InvalidOperationException(
            FormattableString.Invariant($"Columns {string.Join(", ", columnNames)} have a value that repeats exactly every {seasonLength} row(s), or no two values so far apart: ")
            + "no error can be relative to that. Leave it out, or take another season.");
    }

    /// <summary>
    /// Fits a forecaster on the rows of a table up to a cut and compares its forecasts of the rows after it, for several cuts, each later than the one before (rolling origin;
    /// Tashman 2000): what the forecaster would have said, had it been fitted then.
    /// </summary>
    /// <remarks>No row after a cut is used in training, by any part of the estimator. Each fold's model is disposed of.</remarks>
    /// <param name="catalog"><c>ml.Forecasting</c>.</param>
    /// <param name="data">The table of one series, or of several side by side, in time order.</param>
    /// <param name="estimator">A pipeline with <c>ml.Transforms.Sequences.ForecastWindow</c> and a forecaster.</param>
    /// <param name="options">Where the table is cut; null for the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range, or the estimator forecasts no window, or one of many series in groups.</exception>
    /// <exception cref="InvalidOperationException">The table is too short; the message says what to set.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var hours = Enumerable.Range(0, 400).Select(hour => new Hour { Load = 100 + (20 * MathF.Sin(hour * MathF.PI / 12)), Wind = hour % 7 });
    /// var data = ml.Data.LoadFromEnumerable(hours);
    ///
    /// var pipeline = ml.Transforms.SequenceTransforms().ForecastWindow(["Load"], length: 48, horizon: 12).Append(ml.Forecasting.Trainers.Lssl());
    /// var backtest = ml.Forecasting.Backtest(data, pipeline, new ForecastBacktestOptions { Folds = 3, SeasonLength = 24 });
    /// foreach (var fold in backtest.Folds)
    /// {
    ///     Console.WriteLine($"fitted on rows up to {fold.FirstTestRow}: {fold.Metrics.MeanAbsoluteScaledError}");
    /// }
    ///
    /// class Hour
    /// {
    ///     public float Load { get; set; }
    ///     public float Wind { get; set; }
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/Forecasting.html">docs/Forecasting.md</seealso>
    public static ForecastBacktest Backtest(
        this ForecastingCatalog catalog, IDataView data, IEstimator<ITransformer> estimator, ForecastBacktestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(estimator);
        return new Backtester(data, estimator, (options ?? new ForecastBacktestOptions()).Validated()).Run();
    }
}
