using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions;
using MlxClassification;

// Your data: replace the files of the folder data, and say in Series.cs what their columns are.
var ml = new MLContext(seed: 1);
var train = Load("train.csv");
var test = Load("test.csv");

// Trainers take keys; a prediction is a text again.
var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.MulticlassClassification.Trainers.ParaRnn())
    .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
var model = pipeline.Fit(train);

// The rows of test.csv are not used in training, so this is what to expect of new rows.
var metrics = ml.MulticlassClassification.Evaluate(model.Transform(test));
Console.WriteLine(metrics.ConfusionMatrix.GetFormattedConfusionTable());
Console.WriteLine($"accuracy: {metrics.MicroAccuracy:0.000}");

ml.Model.SaveAtomically(model, train.Schema, "model.zip");
Console.WriteLine($"saved: {Path.GetFullPath("model.zip")}");

// In another program: load the file, and predict rows one by one.
var loaded = ml.Model.Load("model.zip", out _);
using var engine = ml.Model.CreatePredictionEngine<Series, Prediction>(loaded);
var series = ml.Data.CreateEnumerable<Series>(test, reuseRowObject: false).First();
var prediction = engine.Predict(series);
Console.WriteLine($"predicted: {prediction.PredictedLabel} with a probability of {prediction.Score.Max():0.00}, actual: {series.Label}");

// An empty cell would be read as 0 without MissingRealsAsNaNs; so it is refused, or set MissingValues in the trainer's options.
IDataView Load(string file) => ml.Data.LoadFromTextFile<Series>(
    Path.Combine(AppContext.BaseDirectory, "data", file),
    new TextLoader.Options { Separators = [','], HasHeader = true, AllowQuoting = true, MissingRealsAsNaNs = true });
