using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What of forecasts is compared with what came.</summary>
public sealed class ForecastEvaluationOptions : ICheckedOptions
{
    /// <summary>What came, a vector of Single <c>[H]</c> or <c>[H, K]</c>. The default is "Label".</summary>
    [Required]
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>The forecast, of the label's shape. The default is "Score".</summary>
    [Required]
    public string ScoreColumnName { get; set; } = "Score";

    /// <summary>The quantiles that were forecast, as <see cref="ForecastOptions.Quantiles"/> had them; the default, none, compares none.</summary>
    public double[] Quantiles { get; set; } = [];

    /// <summary>Their column, <c>[Q, H]</c> or <c>[Q, H, K]</c>. The default is "Quantiles". Not used without quantiles.</summary>
    [Required]
    public string QuantilesColumnName { get; set; } = "Quantiles";

    /// <summary>
    /// The naive forecast's mean absolute error of each target on the training rows, <c>[K]</c>, each above 0, as <c>ml.Forecasting.MeasureNaiveErrors</c> gives them: what
    /// <see cref="ForecastMetrics.MeanAbsoluteScaledError"/> is relative to. The default, none, leaves that out.
    /// </summary>
    public double[] NaiveErrors { get; set; } = [];

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (Quantiles is null || Quantiles.Any(quantile => !(quantile is > 0 and < 1)) || !Quantiles.SequenceEqual(Quantiles.Distinct().Order()))
        {
            yield return $"Quantiles is {Text(Quantiles)}; allowed are numbers above 0 and below 1, each larger than the one before.";
        }
        if (NaiveErrors is null || NaiveErrors.Any(error => !(error > 0 && double.IsFinite(error))))
        {
            yield return $"NaiveErrors is {Text(NaiveErrors)}; allowed are finite numbers above 0, one a target.";
        }
    }

    private static string Text(double[]? values) =>
        values is null ? "null" : string.Join(", ", values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
}
