using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Fits a forecaster on the rows up to each of several cuts and evaluates its forecasts of the rows after it.</summary>
internal sealed class Backtester(IDataView data, IEstimator<ITransformer> estimator, ForecastBacktestOptions options)
{
    private readonly DataOperationsCatalog _rows = new MLContext(0).Data;

    /// <exception cref="ArgumentException">The estimator does not forecast windows of a table, or forecasts several series.</exception>
    /// <exception cref="InvalidOperationException">The table is too short.</exception>
    public ForecastBacktest Run()
    {
        var count = Count();
        var test = options.TestRows > 0 ? options.TestRows : (count / 2) / options.Folds;
        if (test < 1 || count - (test * options.Folds) < Math.Max(1, options.TrainRows))
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"The table has {count} rows, too few for {options.Folds} folds of {Math.Max(test, 1)} rows to forecast after {Math.Max(1, options.TrainRows)} or more to learn from; set Folds, TestRows or TrainRows smaller."));
        }
        var folds = new List<ForecastBacktestFold>();
        ForecastErrors? all = null;
        for (var fold = 0; fold < options.Folds; fold++)
        {
            var cut = count - (test * (options.Folds - fold));
            var first = options.TrainRows > 0 ? cut - options.TrainRows : 0;
            var errors = Errors(first, cut, test);
            folds.Add(new ForecastBacktestFold(first, cut, test, errors.Metrics() ?? throw Nothing(cut, test)));
            if (all is null)
            {
                all = errors;
            }
            else
            {
                all.Add(errors);
            }
        }
        return new ForecastBacktest(folds, all!.Metrics()!);
    }

    private ForecastErrors Errors(long first, long cut, long test)
    {
        var train = Part(first, cut - first);
        var model = Fit(train, cut - first);
        try
        {
            var window = model.Parts().OfType<WindowTransformer>().FirstOrDefault(part => part.Options.Forecasts)?.Options
                ?? throw new ArgumentException("The estimator has no ForecastWindow; put ml.Transforms.Sequences.ForecastWindow before the forecaster, and give the table itself.");
            Check(window, cut, test);
            // The first window ends at the last training row.
            var scored = model.Transform(Part(cut - window.Length, window.Length + test));
            return ForecastEvaluator.Compare(scored, new ForecastEvaluationOptions
            {
                LabelColumnName = window.LabelColumnName,
                Quantiles = options.Quantiles,
                NaiveErrors = Naive(train, window),
            });
        }
        finally
        {
            (model as IDisposable)?.Dispose();
        }
    }

    private ITransformer Fit(IDataView train, long rows)
    {
        try
        {
            return estimator.Fit(train);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"The {rows} rows before a cut cannot be learned from: {e.Message} If they are shorter than a window and its horizon, set Folds or TestRows smaller, or TrainRows larger."), e);
        }
    }

    // A season that repeats exactly has no error to compare with.
    private double[] Naive(IDataView train, SequenceWindowOptions window)
    {
        var errors = NaiveErrors.Measure(train, train.Schema.FindKnownSingles(window.ForecastColumnNames, "Input"), options.SeasonLength);
        return Array.TrueForAll(errors, error => error > 0 && double.IsFinite(error)) ? errors : [];
    }

    private static void Check(SequenceWindowOptions window, long cut, long test)
    {
        if (window.GroupColumnName is not null)
        {
            throw new ArgumentException(
                $"ForecastWindow has GroupColumnName '{window.GroupColumnName}', and a table of series one after another has no row that divides all of them in time; test one series, or give Fit and Evaluate parts of your own.");
        }
        if (cut < window.Length)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"The first cut, after {cut} rows, has no window of {window.Length} rows before it; set Folds or TestRows smaller."));
        }
        if (test < window.Horizon)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"A fold has {test} rows to forecast, fewer than the {window.Horizon} that one forecast is of; set Folds smaller or TestRows to at least {window.Horizon}."));
        }
    }

    private static InvalidOperationException Nothing(long cut, long test) => new(FormattableString.Invariant(
        $"Of the {test} rows after row {cut} no forecast can be compared: all actual values are missing."));

    private IDataView Part(long first, long count) => _rows.TakeRows(first == 0 ? data : _rows.SkipRows(data, first), count);

    private long Count()
    {
        if (data.GetRowCount() is { } known)
        {
            return known;
        }
        using var cursor = data.GetRowCursor([]);
        var count = 0L;
        while (cursor.MoveNext())
        {
            count++;
        }
        return count;
    }
}
