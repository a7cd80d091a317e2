namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The result of a backtest: how well a forecaster would have forecast the past, had it been fitted then.</summary>
public sealed class ForecastBacktest
{
    internal ForecastBacktest(IReadOnlyList<ForecastBacktestFold> folds, ForecastMetrics metrics) => (Folds, Metrics) = (folds, metrics);

    /// <summary>The fits, in time order.</summary>
    public IReadOnlyList<ForecastBacktestFold> Folds { get; }

    /// <summary>The metrics over the forecasts of all folds.</summary>
    public ForecastMetrics Metrics { get; }
}

/// <summary>One fit of a backtest.</summary>
public sealed class ForecastBacktestFold
{
    internal ForecastBacktestFold(long firstTrainRow, long firstTestRow, long testRows, ForecastMetrics metrics) =>
        (FirstTrainRow, FirstTestRow, TestRows, Metrics) = (firstTrainRow, firstTestRow, testRows, metrics);

    /// <summary>The first training row, from 0.</summary>
    public long FirstTrainRow { get; }

    /// <summary>The first row after the training rows, which is the first to be forecast.</summary>
    public long FirstTestRow { get; }

    /// <summary>The number of rows to forecast.</summary>
    public long TestRows { get; }

    /// <summary>The metrics over the forecasts whose label lies completely in these rows.</summary>
    public ForecastMetrics Metrics { get; }
}
