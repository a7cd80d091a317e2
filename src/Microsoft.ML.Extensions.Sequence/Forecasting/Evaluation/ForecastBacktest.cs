namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What a forecaster would have said of the past, had it been fitted then.</summary>
public sealed class ForecastBacktest
{
    internal ForecastBacktest(IReadOnlyList<ForecastBacktestFold> folds, ForecastMetrics metrics) => (Folds, Metrics) = (folds, metrics);

    /// <summary>Each fit, in time order.</summary>
    public IReadOnlyList<ForecastBacktestFold> Folds { get; }

    /// <summary>Over the forecasts of all folds.</summary>
    public ForecastMetrics Metrics { get; }
}

/// <summary>One fit of a backtest.</summary>
public sealed class ForecastBacktestFold
{
    internal ForecastBacktestFold(long firstTrainRow, long firstTestRow, long testRows, ForecastMetrics metrics) =>
        (FirstTrainRow, FirstTestRow, TestRows, Metrics) = (firstTrainRow, firstTestRow, testRows, metrics);

    /// <summary>The first row that was learned from, from 0.</summary>
    public long FirstTrainRow { get; }

    /// <summary>The first row after those learned from: the first that is forecast.</summary>
    public long FirstTestRow { get; }

    /// <summary>The rows that are forecast.</summary>
    public long TestRows { get; }

    /// <summary>Over the forecasts whose whole label lies in these rows.</summary>
    public ForecastMetrics Metrics { get; }
}
