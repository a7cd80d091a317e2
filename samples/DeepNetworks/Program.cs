using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.Samples;

// With arguments the sample takes options: see WithOptions.cs.
if (args.Length > 0) { return WithOptions.Run(args); }

var ml = new MLContext(seed: 1);
var train = Shells.Load(ml, rows: 1200, seed: 1);
var test = Shells.Load(ml, rows: 600, seed: int.MaxValue);

// What becomes of signals and gradients in a network of 30 layers, and which depth and width would suit the data.
Console.Write(ml.Model.AdviseArchitecture(new ArchitectureAdvisorOptions { Depth = 30, Width = 64, Outputs = Shells.Classes }, train));

var options = new DeepNetworkOptions
{
    Depth = 30,
    Width = 64,
    EnsembleSize = 1,
    Training = { Epochs = 30, BatchSize = 32, ValidationFraction = 0 },
};
var toKey = ml.Transforms.Conversion.MapValueToKey("Label");

var clock = Stopwatch.StartNew();
var model = toKey.Append(ml.MulticlassClassification.Trainers.DeepNetwork(options)).Fit(train);
var seconds = clock.Elapsed.TotalSeconds;

clock.Restart();
var scored = model.Transform(test);
var rows = scored.GetColumn<float[]>("Score").Count();
var rowsPerSecond = rows / clock.Elapsed.TotalSeconds;
var metrics = ml.MulticlassClassification.Evaluate(scored);
ml.Model.Save(model, train.Schema, "shells.zip");

// The same network, initialised as TorchSharp's layers are by default.
(options.Initialization, options.LayerRates) = (DeepInitialization.TorchDefault, LayerLearningRates.Equal);
clock.Restart();
var torchDefault = toKey.Append(ml.MulticlassClassification.Trainers.DeepNetwork(options)).Fit(train);
var torchDefaultSeconds = clock.Elapsed.TotalSeconds;
var accuracy = ml.MulticlassClassification.Evaluate(torchDefault.Transform(test)).MicroAccuracy;
Console.WriteLine($"TorchDefault reaches accuracy {accuracy:0.0000} in {torchDefaultSeconds:0.0} s, Critical {metrics.MicroAccuracy:0.0000} in {seconds:0.0} s.");

Console.WriteLine($"accuracy: {metrics.MicroAccuracy:0.######}");
Console.WriteLine($"macro_accuracy: {metrics.MacroAccuracy:0.######}");
Console.WriteLine($"log_loss: {metrics.LogLoss:0.######}");
Console.WriteLine($"fit_seconds: {seconds:0.######}");
Console.WriteLine($"rows_per_second: {rowsPerSecond:0.######}");
return 0;
