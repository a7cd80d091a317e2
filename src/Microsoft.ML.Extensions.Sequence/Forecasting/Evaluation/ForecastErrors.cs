namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Sums of the errors of forecasts <c>[H, K]</c>.</summary>
/// <param name="horizon">H.</param>
/// <param name="targets">K.</param>
/// <param name="naive">The naive forecast's error for each target; null for none.</param>
/// <param name="quantiles">The quantiles to evaluate; null for none.</param>
internal sealed class ForecastErrors(int horizon, int targets, IReadOnlyList<double>? naive = null, IReadOnlyList<double>? quantiles = null)
{
    private readonly double[] _squares = new double[horizon];
    private readonly double[] _magnitudes = new double[horizon];
    private readonly double[] _pinball = new double[quantiles?.Count ?? 0];
    private readonly long[] _covered = new long[quantiles?.Count ?? 0];
    private readonly long[] _values = new long[horizon];
    private double _relative;
    private double _scaled;
    private long _rows;
    private long _missing;

    /// <summary>Adds the values of a forecast whose actual values are known.</summary>
    /// <param name="truth">The actual values, <c>[H, K]</c>.</param>
    /// <param name="forecast">The forecast, <c>[H, K]</c>.</param>
    /// <param name="below">Its quantiles, <c>[Q, H, K]</c>; empty where none are evaluated.</param>
    public void Add(ReadOnlySpan<float> truth, ReadOnlySpan<float> forecast, ReadOnlySpan<float> below = default)
    {
        var missing = 0;
        for (var i = 0; i < truth.Length; i++)
        {
            if (float.IsNaN(truth[i]))
            {
                missing++;
                continue;
            }
            var error = Math.Abs((double)forecast[i] - truth[i]);
            _values[i / targets]++;
            _squares[i / targets] += error * error;
            _magnitudes[i / targets] += error;
            _relative += error == 0 ? 0 : 2 * error / (Math.Abs((double)truth[i]) + Math.Abs((double)forecast[i]));
            _scaled += naive is null ? 0 : error / naive[i % targets];
        }
        _missing += missing;
        _rows += missing < truth.Length ? 1 : 0;
        for (var quantile = 0; quantile < _pinball.Length; quantile++)
        {
            AddQuantile(quantile, truth, below.Slice(quantile * truth.Length, truth.Length));
        }
    }

    /// <summary>Adds the errors of other forecasts of this shape.</summary>
    public void Add(ForecastErrors other)
    {
        Add(_squares, other._squares);
        Add(_magnitudes, other._magnitudes);
        Add(_pinball, other._pinball);
        Add(_covered, other._covered);
        Add(_values, other._values);
        (_relative, _scaled) = (_relative + other._relative, _scaled + other._scaled);
        (_rows, _missing) = (_rows + other._rows, _missing + other._missing);
    }

    /// <summary>The means; null where no actual value is known.</summary>
    public ForecastMetrics? Metrics()
    {
        if (_rows == 0)
        {
            return null;
        }
        var values = (double)_values.Sum();
        return new ForecastMetrics(_rows, _values, _squares, _magnitudes)
        {
            MissingValues = _missing,
            SymmetricMeanAbsolutePercentageError = _relative / values,
            MeanAbsoluteScaledError = naive is null ? null : _scaled / values,
            PinballLosses = [.. _pinball.Select(sum => sum / values)],
            Coverage = [.. _covered.Select(count => count / values)],
        };
    }

    private void AddQuantile(int quantile, ReadOnlySpan<float> truth, ReadOnlySpan<float> below)
    {
        var level = quantiles![quantile];
        for (var i = 0; i < truth.Length; i++)
        {
            if (float.IsNaN(truth[i]))
            {
                continue;
            }
            var above = (double)truth[i] - below[i];
            _pinball[quantile] += Math.Max(level * above, (level - 1) * above);
            _covered[quantile] += above <= 0 ? 1 : 0;
        }
    }

    private static void Add<T>(T[] sums, T[] others)
        where T : System.Numerics.INumber<T>
    {
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] += others[i];
        }
    }
}
