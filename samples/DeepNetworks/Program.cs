using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.Samples;

const int TrainRows = 1200, TestRows = 600, TestSeed = int.MaxValue, Depth = 30, Width = 64;

var trainers = new TrainerTable()
    .Add("Critical", (MLContext ml, DeepNetworkOptions options) => ml.MulticlassClassification.Trainers.DeepNetwork(options))
    .Add("TorchDefault", (MLContext ml, DeepNetworkOptions options) =>
    {
        (options.Initialization, options.LayerRates) = (DeepInitialization.TorchDefault, LayerLearningRates.Equal);
        return ml.MulticlassClassification.Trainers.DeepNetwork(options);
    });
string[] deep = [$"Depth={Depth}", $"Width={Width}", "Members=1", "Training.Epochs=40", "Training.BatchSize=32", "Training.ValidationFraction=0"];
var commandLine = new CommandLine(
    $"Advises on a network of {Depth} layers and trains it; the baseline begins as TorchSharp's layers do by default.", trainers, takesFiles: false);
return Sample.Run(args, commandLine, Learn);

Figures Learn(SampleArguments arguments, CancellationToken cancellation)
{
    var ml = new MLContext(arguments.Seed);
    var (train, test) = (Shells.Load(ml, TrainRows, arguments.Seed), Shells.Load(ml, TestRows, TestSeed));
    Console.Write(ml.Model.AdviseArchitecture(new ArchitectureAdvisorOptions { Depth = Depth, Width = Width, Outputs = Shells.Classes }, train));
    if (arguments.Load is { } modelFile)
    {
        return Measure(ml, ModelFile.Load(ml, modelFile), test, TimeSpan.Zero);
    }
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
    var trainer = trainers.Create(ml, arguments with { Settings = [.. deep, .. arguments.Settings] }, progress, cancellation);
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
