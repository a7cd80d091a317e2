namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The accuracy of forecasts, in the label's units unless stated otherwise.</summary>
public sealed class ForecastMetrics
{
    internal ForecastMetrics(long rows, double[] squares, double[] magnitudes)
    {
        Rows = rows;
        SquaredErrorByStep = squares;
        AbsoluteErrorByStep = magnitudes;
    }

    /// <summary>The number of evaluated forecasts: rows whose label has no missing value.</summary>
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
    /// The mean of <c>2 |y - f| / (|y| + |f|)</c>, 0 to 2, times 100 for percent (sMAPE; Makridakis, Spiliotis, Assimakopoulos 2020, the
    /// M4 competition). Where both are 0, the error is 0. It does not depend on the scale, but says little about series that cross zero.
    /// </summary>
    public double SymmetricMeanAbsolutePercentageError { get; internal init; }

    /// <summary>
    /// The mean absolute error of each target relative to that of the seasonal naive forecast one season ahead on the training rows,
    /// averaged over targets (MASE; Hyndman and Koehler 2006, section 3.3): below 1 is better than naive. Null without naive errors.
    /// </summary>
    public double? MeanAbsoluteScaledError { get; internal init; }

    /// <summary>The mean pinball loss of each quantile, <c>[Q]</c>; empty without quantiles.</summary>
    public IReadOnlyList<double> PinballLosses { get; internal init; } = [];

    /// <summary>
    /// The share of actual values at or below each quantile, <c>[Q]</c>: near the quantile where forecasts are calibrated. Empty without
    /// quantiles.
    /// </summary>
    public IReadOnlyList<double> Coverage { get; internal init; } = [];

    /// <summary>
    /// The continuous ranked probability score, approximated by the quantiles: twice the mean of <see cref="PinballLosses"/> (Gneiting and
    /// Ranjan 2011, equation 11, with equal weights). The more numerous and evenly spaced the quantiles are, the closer it is to the
    /// integral. Null without quantiles.
    /// </summary>
    public double? ContinuousRankedProbabilityScore => PinballLosses.Count == 0 ? null : 2 * PinballLosses.Average();
}
