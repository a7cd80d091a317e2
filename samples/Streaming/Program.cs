using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.Samples;
using Microsoft.ML.Extensions.Sequence;

// With arguments the sample runs on your own files: see WithOptions.cs.
if (args.Length > 0) { return WithOptions.Run(args); }

var ml = new MLContext(seed: 1);
var train = CylinderBellFunnel.Load(ml, rows: 300, seed: 1);
var test = CylinderBellFunnel.Load(ml, rows: 60, seed: int.MaxValue);
var sensors = CylinderBellFunnel.Generate(rows: 60, seed: int.MaxValue).Select(series => Sensor.Of(series, channels: 1)).ToList();

// Streaming needs a causal network, whose mean over all steps so far can be updated step by step.
var options = new ParaRnnOptions
{
    Bidirectional = false,
    Pooling = SequencePooling.Mean,
    EnsembleSize = 1,
    Training = { Epochs = 10 },
};
var clock = Stopwatch.StartNew();
var model = ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.MulticlassClassification.Trainers.ParaRnn(options))
    .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
    .Fit(train);
var seconds = clock.Elapsed.TotalSeconds;

// A step in, the prediction for all steps so far out.
using var engine = ml.Model.CreateStreamingEngine<Reading, Prediction>(model);
foreach (var reading in sensors[0].Readings)
{
    var prediction = engine.Predict(reading);
    if (engine.Steps % 16 == 0)
    {
        Console.WriteLine($"Step {engine.Steps}: a '{prediction.PredictedLabel}' with probability {prediction.Score.Max():0.00}; it is a '{sensors[0].Label}'.");
    }
}

// A service that is restarted in the middle of a series.
engine.Reset();
foreach (var reading in sensors[0].Readings.Take(64))
{
    engine.Predict(reading);
}
engine.SaveState("sensor.state");
using var successor = ml.Model.CreateStreamingEngine<Reading, Prediction>(model);
successor.LoadState("sensor.state");
var (went, goes) = (engine.Predict(sensors[0].Readings[64]), successor.Predict(sensors[0].Readings[64]));
Console.WriteLine($"Saved after 64 steps and restored, the stream continues {(went.Score.SequenceEqual(goes.Score) ? "as before" : "differently")}.");

// The accuracy after the last step is that of whole rows. A step takes the same time however long the series is.
var live = new LiveScores(engine, sensors);
var whole = ml.MulticlassClassification.Evaluate(model.Transform(test));
Console.WriteLine($"accuracy: {live.Accuracy:0.######}");
Console.WriteLine($"accuracy_of_whole_rows: {whole.MicroAccuracy:0.######}");
Console.WriteLine($"steps_per_second: {live.StepsPerSecond:0.######}");
Console.WriteLine($"state_bytes: {engine.StateBytes}");
Console.WriteLine($"fit_seconds: {seconds:0.######}");
Console.WriteLine($"speed_over_scoring_anew: {live.StepsPerSecond * Anew.SecondsPerStep(ml, model, sensors[0], channels: 1):0.######}");
return 0;
