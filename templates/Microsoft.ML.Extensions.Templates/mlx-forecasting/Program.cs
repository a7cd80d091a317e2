using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;
using MlxForecasting;

// Your data: replace data/visitors.csv, whose rows are days without gaps, and say in Day.cs what its columns are.
const int History = 56, Horizon = 14;
var ml = new MLContext(seed: 1);
var table = ml.Data.LoadFromTextFile<Day>(
    Path.Combine(AppContext.BaseDirectory, "data", "visitors.csv"),
    new TextLoader.Options { Separators = [','], HasHeader = true, AllowQuoting = true, MissingRealsAsNaNs = true });
Day[] days = [.. ml.Data.CreateEnumerable<Day>(table, reuseRowObject: false)];

// The linear part of a forecast is solved in a moment, and often the best there is; LinearOnly = false adds a network.
var pipeline = ml.Transforms.SequenceTransforms().Window(new SequenceWindowOptions
{
    ForecastColumnNames = [nameof(Day.Visitors)],
    TimeColumnName = nameof(Day.Date),
    TimeStep = TimeSpan.FromDays(1),
    Calendar = CalendarParts.DayOfWeek,
    Length = History,
    Horizon = Horizon,
}).Append(ml.Forecasting.Trainers.ParaRnn(
    new ParaRnnOptions(), new ForecastOptions { LinearOnly = true, Distribution = ForecastDistribution.Normal, Quantiles = [0.1, 0.5, 0.9] }));

// Forecasts of the past, each from the days before it alone. Below 1 is better than the day a week before.
var backtest = ml.Forecasting.Backtest(table, pipeline, new ForecastBacktestOptions { Folds = 4, SeasonLength = 7 });
Console.WriteLine($"mean_absolute_error: {backtest.Folds.Average(fold => fold.Metrics.MeanAbsoluteError):0.0}");
Console.WriteLine($"mean_absolute_scaled_error: {backtest.Folds.Average(fold => fold.Metrics.MeanAbsoluteScaledError):0.000}");

var model = pipeline.Fit(table);
ml.Model.Save(model, table.Schema, "model.zip");

// In another program: load the file, read what is known of the series, and forecast what comes.
using var engine = ml.Model.CreateForecastingEngine<Day, Forecast>(ml.Model.Load("model.zip", out _));
foreach (var day in days)
{
    engine.Observe(day);
}
var forecast = engine.Forecast();
for (var ahead = 0; ahead < Horizon; ahead++)
{
    Console.WriteLine(
        $"{days[^1].Date.AddDays(ahead + 1):yyyy-MM-dd}: {forecast.Score[ahead]:0}, eight times of ten from {forecast.Quantiles[ahead]:0} to {forecast.Quantiles[(2 * Horizon) + ahead]:0}");
}
