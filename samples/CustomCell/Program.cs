using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Samples;
using Microsoft.ML.Extensions.Sequence;

// With arguments the sample runs on your own files: see WithOptions.cs.
if (args.Length > 0) { return WithOptions.Run(args); }

// The model file contains this name. A program that loads the model registers the cell under it first, as this one does.
ParaRnnCells.Register<MinimalGatedUnit>("MinimalGatedUnit");

var ml = new MLContext(seed: 1);
var train = CylinderBellFunnel.Load(ml, rows: 300, seed: 1);
var test = CylinderBellFunnel.Load(ml, rows: 900, seed: int.MaxValue);

// One network without a base, so that the accuracy is that of the cell alone.
var options = new ParaRnnOptions { Base = SequenceBase.None, EnsembleSize = 1, Training = { Epochs = 10 } };
var toKey = ml.Transforms.Conversion.MapValueToKey("Label");

var clock = Stopwatch.StartNew();
var model = toKey.Append(ml.MulticlassClassification.Trainers.ParaRnn<MinimalGatedUnit>(options)).Fit(train);
var seconds = clock.Elapsed.TotalSeconds;

clock.Restart();
var scored = model.Transform(test);
var rows = scored.GetColumn<float[]>("Score").Count();
var rowsPerSecond = rows / clock.Elapsed.TotalSeconds;
var metrics = ml.MulticlassClassification.Evaluate(scored);

ml.Model.Save(model, train.Schema, "cell.zip");
var loaded = ml.Model.Load("cell.zip", out _);
var loadedAccuracy = ml.MulticlassClassification.Evaluate(loaded.Transform(test)).MicroAccuracy;
Console.WriteLine($"Saved and loaded, the model is {(loadedAccuracy == metrics.MicroAccuracy ? "as good as before" : "not the same")}.");

// The same with the cell of the paper.
clock.Restart();
var paraGru = toKey.Append(ml.MulticlassClassification.Trainers.ParaRnn(options)).Fit(train);
var paraGruSeconds = clock.Elapsed.TotalSeconds;
var paraGruAccuracy = ml.MulticlassClassification.Evaluate(paraGru.Transform(test)).MicroAccuracy;
Console.WriteLine($"ParaGru reaches accuracy {paraGruAccuracy:0.0000} in {paraGruSeconds:0.0} s, MinimalGatedUnit {metrics.MicroAccuracy:0.0000} in {seconds:0.0} s.");

Console.WriteLine($"accuracy: {metrics.MicroAccuracy:0.######}");
Console.WriteLine($"macro_accuracy: {metrics.MacroAccuracy:0.######}");
Console.WriteLine($"log_loss: {metrics.LogLoss:0.######}");
Console.WriteLine($"fit_seconds: {seconds:0.######}");
Console.WriteLine($"rows_per_second: {rowsPerSecond:0.######}");
return 0;
