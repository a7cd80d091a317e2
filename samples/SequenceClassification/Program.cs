using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Samples;
using Microsoft.ML.Extensions.Sequence;

// With arguments the sample runs on your own files: see WithOptions.cs.
if (args.Length > 0) { return WithOptions.Run(args); }

var ml = new MLContext(seed: 1);
var train = CylinderBellFunnel.Load(ml, rows: 300, seed: 1);
var test = CylinderBellFunnel.Load(ml, rows: 900, seed: int.MaxValue);

// Labels are text. The trainer needs keys, and predictions should be text again.
var toKey = ml.Transforms.Conversion.MapValueToKey("Label");
var toText = ml.Transforms.Conversion.MapKeyToValue("PredictedLabel");

// The problem needs fewer epochs than the default for so few rows.
var options = new ParaRnnOptions { Training = { Epochs = 10 } };
var clock = Stopwatch.StartNew();
var model = toKey.Append(ml.MulticlassClassification.Trainers.ParaRnn(options)).Append(toText).Fit(train);
var seconds = clock.Elapsed.TotalSeconds;

clock.Restart();
var scored = model.Transform(test);
var rows = scored.GetColumn<float[]>("Score").Count();
var rowsPerSecond = rows / clock.Elapsed.TotalSeconds;
var metrics = ml.MulticlassClassification.Evaluate(scored);

// Save, load as another program would, and predict one series.
ml.Model.Save(model, train.Schema, "series.zip");
var loaded = ml.Model.Load("series.zip", out _);
using var engine = ml.Model.CreatePredictionEngine<Series, Prediction>(loaded);
var series = CylinderBellFunnel.Generate(rows: 1, seed: int.MaxValue)[0];
var prediction = engine.Predict(series);
Console.WriteLine($"Saved and loaded, the model takes a '{series.Label}' for a '{prediction.PredictedLabel}' with probability {prediction.Score.Max():0.00}.");

// The same by LightGBM, which reads the 128 values of a series as columns of a table.
clock.Restart();
var lightGbm = toKey.Append(ml.MulticlassClassification.Trainers.LightGbm()).Append(toText).Fit(train);
var lightGbmSeconds = clock.Elapsed.TotalSeconds;
var accuracy = ml.MulticlassClassification.Evaluate(lightGbm.Transform(test)).MicroAccuracy;
Console.WriteLine($"LightGBM reaches accuracy {accuracy:0.0000} in {lightGbmSeconds:0.0} s, ParaRnn {metrics.MicroAccuracy:0.0000} in {seconds:0.0} s.");

Console.WriteLine($"accuracy: {metrics.MicroAccuracy:0.######}");
Console.WriteLine($"macro_accuracy: {metrics.MacroAccuracy:0.######}");
Console.WriteLine($"log_loss: {metrics.LogLoss:0.######}");
Console.WriteLine($"fit_seconds: {seconds:0.######}");
Console.WriteLine($"rows_per_second: {rowsPerSecond:0.######}");
return 0;
