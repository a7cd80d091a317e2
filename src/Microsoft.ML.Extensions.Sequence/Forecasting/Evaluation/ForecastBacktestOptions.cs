using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of a backtest.</summary>
public sealed class ForecastBacktestOptions : ICheckedOptions
{
    /// <summary>The number of fits, each on rows up to a later cut, 1 to 1,000. The default is 5.</summary>
    [Range(1, 1000)]
    public int Folds { get; set; } = 5;

    /// <summary>
    /// The number of rows after each cut to forecast. The default, 0, divides the second half of the table among the folds.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int TestRows { get; set; }

    /// <summary>
    /// The number of training rows before each cut. The default, 0, uses all, so the training rows grow from fold to fold.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int TrainRows { get; set; }

    /// <summary>
    /// The number of rows of a season, 1 to 1,000,000. <see cref="ForecastMetrics.MeanAbsoluteScaledError"/> is relative to repeating the
    /// value one season before. The default is 1, the last value.
    /// </summary>
    [Range(1, 1_000_000)]
    public int SeasonLength { get; set; } = 1;

    /// <summary>The quantiles that the forecaster gives, to be evaluated too; the default is none.</summary>
    public double[] Quantiles { get; set; } = [];

    IEnumerable<string> ICheckedOptions.Errors() => ForecastOptions.ErrorOfQuantiles(Quantiles) is { } error ? [error] : [];
}
