using System.ComponentModel.DataAnnotations;

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
        if (ForecastOptions.ErrorOfQuantiles(Quantiles) is { } error)
        {
            yield return error;
        }
        if (NaiveErrors is null || NaiveErrors.Any(naive => !(naive > 0 && double.IsFinite(naive))))
        {
            yield return $"NaiveErrors is {ForecastOptions.Text(NaiveErrors)}; allowed are finite numbers above 0, one a target.";
        }
    }
}
