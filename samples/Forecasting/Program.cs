using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Samples;
using Microsoft.ML.Extensions.Sequence;

// With arguments the sample forecasts your own table: see WithOptions.cs.
if (args.Length > 0) { return WithOptions.Run(args); }

const int TrainRows = 1400, ValidationRows = 200, TestRows = 400, History = 96, Horizon = 24;

var ml = new MLContext(seed: 1);
var series = MackeyGlass.Generate(TrainRows + ValidationRows + TestRows, seed: 1);

// The units are standard deviations of the training rows.
var scale = ml.Transforms.NormalizeMeanVariance("Values", fixZero: false, maximumExampleCount: TrainRows).Fit(series.Load(ml, 0, TrainRows));
var scaled = scale.Transform(series.Load(ml, 0, series.Rows.Length));

// A row is a window: 96 steps, and as its label the 24 that follow. The first test window ends where the validation rows do.
const int Known = TrainRows + ValidationRows;
var window = ml.Transforms.SequenceTransforms().ForecastWindow(["Values"], History, Horizon);
var trainWindows = Windows(0, Known);
var testWindows = Windows(Known - History, TestRows + History);

// The last windows are the validation set, which decides when training stops.
const double ValidationFraction = (double)ValidationRows / Known;
var clock = Stopwatch.StartNew();
var model = ml.Forecasting.Trainers.ParaRnn(new ParaRnnOptions { Training = { ValidationFraction = ValidationFraction } }).Fit(trainWindows);
var seconds = clock.Elapsed.TotalSeconds;
var forecasts = model.Transform(testWindows);
var metrics = ml.Forecasting.Evaluate(forecasts);

ml.Model.Save(model, trainWindows.Schema, "forecast.zip");
var loaded = ml.Model.Load("forecast.zip", out _);
var last = loaded.Transform(testWindows);
Picture.Save("forecast.png", "Mackey-Glass", LastOf("Features"), LastOf("Label"), LastOf("Score"));
Console.WriteLine("The last forecast of the loaded model is drawn in forecast.png.");

// Two forecasts that need no network: the linear model alone, and the values of 24 steps before.
var linear = ml.Forecasting.Trainers.ParaRnn(
    new ParaRnnOptions { EnsembleSize = 1, Training = { ValidationFraction = ValidationFraction } }, new ForecastOptions { LinearOnly = true }).Fit(trainWindows);
var linearMetrics = ml.Forecasting.Evaluate(linear.Transform(testWindows));
var naiveError = Naive.SeasonalError([.. scaled.GetColumn<float[]>("Values")], Known, Horizon, season: 24);

Console.WriteLine($"mse: {metrics.MeanSquaredError:0.######}");
Console.WriteLine($"mae: {metrics.MeanAbsoluteError:0.######}");
Console.WriteLine($"seasonal_naive_mse: {naiveError:0.######}");
Console.WriteLine($"linear_mse: {linearMetrics.MeanSquaredError:0.######}");
Console.WriteLine($"fit_seconds: {seconds:0.######}");
return 0;

IDataView Windows(int start, int rows)
{
    var part = scale.Transform(series.Load(ml, start, rows));
    return ml.Data.Cache(window.Fit(part).Transform(part));
}

double[] LastOf(string column) => [.. last.GetColumn<float[]>(column).Last().Select(value => (double)value)];
