using Microsoft.ML;
using Microsoft.ML.AutoML;

// Cylinders, bells and funnels (Saito 1994): series that are flat, rise slowly or fall slowly in one part, and noise elsewhere.
var ml = new MLContext(seed: 1);
var (train, validation, test) = (Load(ml, 60, 1), Load(ml, 60, 2), Load(ml, 300, 3));
var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.Auto().SequenceMulticlass(epochs: 10))
    .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
var best = ml.Auto().CreateExperiment()
    .SetPipeline(pipeline)
    .SetDataset(train, validation)
    .SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy, labelColumn: "Label")
    .SetMaxModelToExplore(20)
    .SetTrainingTimeInSeconds(300)
    .Run();
var model = pipeline.FitWinner(ml, best, train);
Console.WriteLine($"trainer: {pipeline.TrainerOf(ml, best.TrialSettings)}");
Console.WriteLine($"validation accuracy: {best.Metric:f3}");
Console.WriteLine($"test accuracy: {ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy:f3}");

static IDataView Load(MLContext ml, int rows, int seed)
{
    var random = new Random(seed);
    return ml.Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(row => Draw(random, row % 3)).ToArray());
}

static Series Draw(Random random, int kind)
{
    var (from, length, height) = (random.Next(16, 32), random.Next(32, 96), 6 + random.NextSingle());
    var values = new float[128];
    for (var step = 0; step < values.Length; step++)
    {
        var share = (step - from) / (float)length;
        var shape = share is < 0 or > 1 ? 0 : kind switch { 0 => 1, 1 => share, _ => 1 - share };
        values[step] = (height * shape) + random.NextSingle() - 0.5f;
    }
    return new() { Label = new[] { "cylinder", "bell", "funnel" }[kind], Features = values };
}

internal sealed class Series
{
    public string Label { get; set; } = "";

    [Microsoft.ML.Data.VectorType(128)]
    public float[] Features { get; set; } = [];
}
