namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The accuracy of forecasts, in the label's units unless stated otherwise.</summary>
public sealed class ForecastMetrics
{
    /// <param name="rows">The forecasts.</param>
    /// <param name="values">The number of values of each step ahead, <c>[H]</c>.</param>
    /// <param name="squares">The sum of their squared errors, <c>[H]</c>.</param>
    /// <param name="magnitudes">The sum of their absolute errors, <c>[H]</c>.</param>
    internal ForecastMetrics(long rows, long[] values, double[] squares, double[] magnitudes)
    {
        (Rows, Values) = (rows, values.Sum());
        SquaredErrorByStep = [.. squares.Zip(values, (sum, count) => sum / count)];
        AbsoluteErrorByStep = [.. magnitudes.Zip(values, (sum, count) => sum / count)];
        (MeanSquaredError, MeanAbsoluteError) = (squares.Sum() / Values, magnitudes.Sum() / Values);
    }

    /// <summary>The number of evaluated forecasts: rows of whose label at least one value is known.</summary>
    public long Rows { get; }

    /// <summary>The number of values that were compared: of all metrics the means are over these.</summary>
    public long Values { get; }

    /// <summary>The number of values that were not compared, since the label is missing (NaN) there.</summary>
    public long MissingValues { get; internal init; }

    /// <summary>The mean of the squared errors over all values (MSE).</summary>
    public double MeanSquaredError { get; }

    /// <summary>The mean of the absolute errors over all values (MAE).</summary>
    public double MeanAbsoluteError { get; }

    /// <summary>The root of <see cref="MeanSquaredError"/> (RMSE).</summary>
    public double RootMeanSquaredError => Math.Sqrt(MeanSquaredError);

    /// <summary>The mean squared error of each step ahead, <c>[H]</c>; NaN for a step of which no value is known.</summary>
    public IReadOnlyList<double> SquaredErrorByStep { get; }

    /// <summary>The mean absolute error of each step ahead, <c>[H]</c>; NaN for a step of which no value is known.</summary>
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
