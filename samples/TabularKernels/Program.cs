using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.Samples;
using Microsoft.ML.Transforms;

// With arguments the sample classifies the rows of your own table: see WithOptions.cs.
if (args.Length > 0) { return WithOptions.Run(args); }

var ml = new MLContext(seed: 1);
var table = Waveforms.Generate(rows: 600, seed: 1).View(ml);

// Missing numbers become the mean of the others.
var pipeline = ml.Transforms.ReplaceMissingValues("Features", replacementMode: MissingValueReplacingEstimator.ReplacementMode.Mean)
    .Append(ml.Transforms.Conversion.MapValueToKey("Label", "Class"))
    .Append(ml.MulticlassClassification.Trainers.NeuralTangentKernel(new NeuralTangentKernelOptions { Seed = 1 }))
    .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

// How good such a model is: each of four parts of the rows is predicted by a model of the other three.
const int Folds = 4;
var clock = Stopwatch.StartNew();
var folds = ml.MulticlassClassification.CrossValidate(table, pipeline, Folds);
var seconds = clock.Elapsed.TotalSeconds / Folds;
double[] accuracies = [.. folds.Select(fold => fold.Metrics.MicroAccuracy)];
foreach (var accuracy in accuracies)
{
    Console.WriteLine($"A fold has accuracy {accuracy:0.0000}.");
}

// The model to use is of all rows.
var model = pipeline.Fit(table);
ml.Model.Save(model, table.Schema, "waveforms.zip");
var loaded = ml.Model.Load("waveforms.zip", out var schema);
using var engine = ml.Model.CreatePredictionEngine<TableRow, Prediction>(loaded, schema);
var row = Waveforms.Generate(rows: 1, seed: 2).Rows[0];
Console.WriteLine($"Saved and loaded, the model takes a '{row.Class}' for a '{engine.Predict(row).PredictedLabel}'.");

var mean = accuracies.Average();
var deviation = Math.Sqrt(accuracies.Average(accuracy => (accuracy - mean) * (accuracy - mean)));
Console.WriteLine("limit: none, the depth is finite");
Console.WriteLine($"accuracy_mean: {mean:0.######}");
Console.WriteLine($"accuracy_std: {deviation:0.######}");
Console.WriteLine($"fit_seconds: {seconds:0.######}");
return 0;
