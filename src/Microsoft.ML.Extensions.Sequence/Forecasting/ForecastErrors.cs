namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Sums of the errors of forecasts <c>[H, K]</c> by step ahead.</summary>
internal sealed class ForecastErrors(int horizon, int targets)
{
    private readonly double[] _squares = new double[horizon];
    private readonly double[] _magnitudes = new double[horizon];
    private long _rows;

    /// <summary>Adds a forecast unless an actual value is missing.</summary>
    public void Add(ReadOnlySpan<float> truth, ReadOnlySpan<float> forecast)
    {
        foreach (var value in truth)
        {
            if (float.IsNaN(value))
            {
                return;
            }
        }
        _rows++;
        for (var i = 0; i < truth.Length; i++)
        {
            var error = (double)forecast[i] - truth[i];
            _squares[i / targets] += error * error;
            _magnitudes[i / targets] += Math.Abs(error);
        }
    }

    /// <summary>The means; null where no forecast was added.</summary>
    public ForecastMetrics? Metrics() => _rows == 0 ? null
        : new ForecastMetrics(_rows, [.. _squares.Select(Mean)], [.. _magnitudes.Select(Mean)]);

    private double Mean(double sum) => sum / ((double)_rows * targets);
}
