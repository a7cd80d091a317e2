using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of evaluating forecasts.</summary>
public sealed class ForecastEvaluationOptions : ICheckedOptions
{
    /// <summary>The column of actual values, a vector of Single <c>[H]</c> or <c>[H, K]</c>. The default is "Label".</summary>
    [Required]
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>The column of forecasts, of the label's shape. The default is "Score".</summary>
    [Required]
    public string ScoreColumnName { get; set; } = "Score";

    /// <summary>
    /// The quantiles that were forecast, as in <see cref="ForecastOptions.Quantiles"/>; the default, none, evaluates none.
    /// </summary>
    public double[] Quantiles { get; set; } = [];

    /// <summary>
    /// The column of quantiles, <c>[Q, H]</c> or <c>[Q, H, K]</c>. The default is "Quantiles". Ignored without quantiles.
    /// </summary>
    [Required]
    public string QuantilesColumnName { get; set; } = "Quantiles";

    /// <summary>
    /// The naive forecast's mean absolute error for each target on the training rows, <c>[K]</c>, each above 0, as returned by
    /// <c>ml.Forecasting.MeasureNaiveErrors</c>. <see cref="ForecastMetrics.MeanAbsoluteScaledError"/> is relative to it. The default,
    /// none, leaves that metric out.
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
