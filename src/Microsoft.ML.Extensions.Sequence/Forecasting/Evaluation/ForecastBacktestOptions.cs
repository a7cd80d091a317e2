using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Where a backtest cuts the table, and what it compares.</summary>
public sealed class ForecastBacktestOptions : ICheckedOptions
{
    /// <summary>How many times a model is fitted, each time on rows up to a later one, 1 to 1,000. The default is 5.</summary>
    [Range(1, 1000)]
    public int Folds { get; set; } = 5;

    /// <summary>The rows after each cut that are forecast. The default, 0, divides the second half of the table among the folds.</summary>
    [Range(0, int.MaxValue)]
    public int TestRows { get; set; }

    /// <summary>The rows before each cut that are learned from. The default, 0, is all: the part grows from fold to fold.</summary>
    [Range(0, int.MaxValue)]
    public int TrainRows { get; set; }

    /// <summary>
    /// The rows of a season, 1 to 1,000,000: what <see cref="ForecastMetrics.MeanAbsoluteScaledError"/> compares with is the value one season before. The default is 1, the last value.
    /// </summary>
    [Range(1, 1_000_000)]
    public int SeasonLength { get; set; } = 1;

    /// <summary>The quantiles that the forecaster gives, to be compared as well; the default is none.</summary>
    public double[] Quantiles { get; set; } = [];

    IEnumerable<string> ICheckedOptions.Errors() => ForecastOptions.ErrorOfQuantiles(Quantiles) is { } error ? [error] : [];
}
