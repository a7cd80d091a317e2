using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Extensions.Samples;
using Microsoft.ML.Extensions.Sequence;

const int TrainRows = 400, TestRows = 200, TestSeed = int.MaxValue;

var trainers = new TrainerTable()
    .Add("Lrcn", (MLContext ml, LrcnOptions options) => ml.MulticlassClassification.Trainers.Lrcn(options))
    .Add("SingleFrame", (MLContext ml, LrcnOptions options) =>
    {
        options.SingleFrame = true;
        return ml.MulticlassClassification.Trainers.Lrcn(options);
    });
// The generated problem is learned sooner, and by a smaller network, than trainers expect of so few rows.
string[] generated = ["Training.Epochs=40", "Training.BatchSize=16", "Training.LearningRate=0.01", "Members=1", "ConvolutionChannels=8", "Fusion=Last"];
var commandLine = new CommandLine(
    "Classifies clips of moving digits by where they move; the baseline sees single frames.", trainers, takesFiles: false);
return Sample.Run(args, commandLine, Watch);

Figures Watch(SampleArguments arguments, CancellationToken cancellation)
{
    var ml = new MLContext(arguments.Seed);
    var test = MovingDigits.Load(ml, TestRows, TestSeed);
    if (arguments.Load is { } modelFile)
    {
        return Measure(ml, ModelFile.Load(ml, modelFile), test, TimeSpan.Zero);
    }
    var train = MovingDigits.Load(ml, TrainRows, arguments.Seed);
    var comparison = new Comparison();
    var (model, figures) = Train(ml, arguments, train, test, cancellation);
    comparison.Add(arguments.Trainer, figures);
    if (arguments.Save is { } path)
    {
        ml.Model.Save(model, test.Schema, path);
    }
    if (arguments.Baseline)
    {
        var baseline = trainers.Names.First(name => name != arguments.Trainer);
        comparison.Add(baseline, Train(ml, arguments with { Trainer = baseline }, train, test, cancellation).Figures);
    }
    comparison.Show();
    return figures;
}

(ITransformer Model, Figures Figures) Train(MLContext ml, SampleArguments arguments, IDataView train, IDataView test, CancellationToken cancellation)
{
    var progress = new ProgressBar(arguments.Trainer);
    var trainer = trainers.Create(ml, arguments with { Settings = [.. generated, .. arguments.Settings] }, progress, cancellation);
    var pipeline = ml.Transforms.Conversion.MapValueToKey("Label").Append(trainer);
    var clock = Stopwatch.StartNew();
    var model = progress.During(() => pipeline.Fit(train));
    return (model, Measure(ml, model, test, clock.Elapsed));
}

static Figures Measure(MLContext ml, ITransformer model, IDataView test, TimeSpan fitTime)
{
    var scored = model.Transform(test);
    return Figures.Of(ml.MulticlassClassification.Evaluate(scored), fitTime.TotalSeconds, ScoringSpeed.RowsPerSecond(scored));
}
