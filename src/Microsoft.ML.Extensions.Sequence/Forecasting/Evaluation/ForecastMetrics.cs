namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How far forecasts were from what came; in the label's units, unless it says otherwise.</summary>
public sealed class ForecastMetrics
{
    internal ForecastMetrics(long rows, double[] squares, double[] magnitudes)
    {
        Rows = rows;
        SquaredErrorByStep = squares;
        AbsoluteErrorByStep = magnitudes;
    }

    /// <summary>The forecasts that could be compared: rows whose label has no missing value.</summary>
    public long Rows { get; }

    /// <summary>The mean of the squared errors over rows, steps and targets (MSE).</summary>
    public double MeanSquaredError => SquaredErrorByStep.Average();

    /// <summary>The mean of the absolute errors over rows, steps and targets (MAE).</summary>
    public double MeanAbsoluteError => AbsoluteErrorByStep.Average();

    /// <summary>The root of <see cref="MeanSquaredError"/> (RMSE).</summary>
    public double RootMeanSquaredError => Math.Sqrt(MeanSquaredError);

    /// <summary>The mean squared error of each step ahead, <c>[H]</c>.</summary>
    public IReadOnlyList<double> SquaredErrorByStep { get; }

    /// <summary>The mean absolute error of each step ahead, <c>[H]</c>.</summary>
    public IReadOnlyList<double> AbsoluteErrorByStep { get; }

    /// <summary>
    /// The mean of <c>2 |y - f| / (|y| + |f|)</c>, 0 to 2, times 100 for percent (sMAPE; Makridakis, Spiliotis, Assimakopoulos 2020, the M4 competition). Where both are 0, the
    /// error is 0. It needs no scale, and tells little of series that cross zero.
    /// </summary>
    public double SymmetricMeanAbsolutePercentageError { get; internal init; }

    /// <summary>
    /// The mean absolute error of each target over that of the seasonal naive forecast one season ahead on the training rows, averaged over targets (MASE; Hyndman and Koehler
    /// 2006, section 3.3): below 1 is better than naive. Null where no naive errors were given.
    /// </summary>
    public double? MeanAbsoluteScaledError { get; internal init; }

    /// <summary>The mean pinball loss of each quantile, <c>[Q]</c>; empty where none were compared.</summary>
    public IReadOnlyList<double> PinballLosses { get; internal init; } = [];

    /// <summary>The share of what came that is at or below each quantile, <c>[Q]</c>: near the quantile where forecasts are calibrated. Empty where none were compared.</summary>
    public IReadOnlyList<double> Coverage { get; internal init; } = [];

    /// <summary>
    /// The continuous ranked probability score by the quantiles at hand: twice the mean of <see cref="PinballLosses"/> (Gneiting and Ranjan 2011, equation 11, with equal
    /// weights). The more quantiles, and the more evenly they lie, the nearer it is to the integral. Null where none were compared.
    /// </summary>
    public double? ContinuousRankedProbabilityScore => PinballLosses.Count == 0 ? null : 2 * PinballLosses.Average();
}
