using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Samples;
using Microsoft.ML.Extensions.Sequence;

// With arguments the sample takes options: see WithOptions.cs.
if (args.Length > 0) { return WithOptions.Run(args); }

var ml = new MLContext(seed: 1);
var train = MovingDigits.Load(ml, rows: 400, seed: 1);
var test = MovingDigits.Load(ml, rows: 200, seed: int.MaxValue);

// A smaller network than the default, and more epochs: there are few clips, and they are easy.
var options = new LrcnOptions
{
    ConvolutionChannels = 8,
    Fusion = FrameFusion.Last,
    EnsembleSize = 1,
    Training = { Epochs = 40, BatchSize = 16, LearningRate = 0.005 },
};
var toKey = ml.Transforms.Conversion.MapValueToKey("Label");
var toText = ml.Transforms.Conversion.MapKeyToValue("PredictedLabel");

var clock = Stopwatch.StartNew();
var model = toKey.Append(ml.MulticlassClassification.Trainers.Lrcn(options)).Append(toText).Fit(train);
var seconds = clock.Elapsed.TotalSeconds;

clock.Restart();
var scored = model.Transform(test);
var rows = scored.GetColumn<float[]>("Score").Count();
var rowsPerSecond = rows / clock.Elapsed.TotalSeconds;
var metrics = ml.MulticlassClassification.Evaluate(scored);

// Save, load as another program would, and predict one clip.
ml.Model.Save(model, train.Schema, "clips.zip");
var loaded = ml.Model.Load("clips.zip", out _);
using var engine = ml.Model.CreatePredictionEngine<Clip, Prediction>(loaded);
var clip = ml.Data.CreateEnumerable<Clip>(test, reuseRowObject: false).First();
Console.WriteLine($"A digit that moves {clip.Label} is seen to move {engine.Predict(clip).PredictedLabel}.");

// The baseline classifies single frames, which do not show where the digit goes.
options.SingleFrame = true;
clock.Restart();
var singleFrame = toKey.Append(ml.MulticlassClassification.Trainers.Lrcn(options)).Append(toText).Fit(train);
var singleFrameSeconds = clock.Elapsed.TotalSeconds;
var accuracy = ml.MulticlassClassification.Evaluate(singleFrame.Transform(test)).MicroAccuracy;
Console.WriteLine($"Single frames reach accuracy {accuracy:0.0000} in {singleFrameSeconds:0.0} s, clips {metrics.MicroAccuracy:0.0000} in {seconds:0.0} s.");

Console.WriteLine($"accuracy: {metrics.MicroAccuracy:0.######}");
Console.WriteLine($"macro_accuracy: {metrics.MacroAccuracy:0.######}");
Console.WriteLine($"log_loss: {metrics.LogLoss:0.######}");
Console.WriteLine($"fit_seconds: {seconds:0.######}");
Console.WriteLine($"rows_per_second: {rowsPerSecond:0.######}");
return 0;
