namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The errors of forecasts, in the label's units.</summary>
public sealed class ForecastMetrics
{
    internal ForecastMetrics(long rows, double[] squares, double[] magnitudes)
    {
        Rows = rows;
        SquaredErrorByStep = squares;
        AbsoluteErrorByStep = magnitudes;
    }

    /// <summary>The number of compared forecasts: rows whose label has no missing value.</summary>
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
}
