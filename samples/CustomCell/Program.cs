using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Extensions.Samples;
using Microsoft.ML.Extensions.Sequence;

const int TrainRows = 300, TestRows = 900, TestSeed = int.MaxValue;

// The model file contains this name. A program that loads the model registers the cell under it first, as this one does.
ParaRnnCells.Register<MinimalGatedUnit>("MinimalGatedUnit");

// Without a base, so that the accuracy is that of the cell alone.
var trainers = new TrainerTable()
    .Add("MinimalGatedUnit", (MLContext ml, ParaRnnOptions options) =>
        ml.MulticlassClassification.Trainers.ParaRnn<MinimalGatedUnit>(Alone(options)))
    .Add("ParaGru", (MLContext ml, ParaRnnOptions options) => ml.MulticlassClassification.Trainers.ParaRnn(Alone(options)));
var commandLine = new CommandLine("Classifies sequences with a custom recurrent cell; the baseline is the paper's cell.", trainers);
return Sample.Run(args, commandLine, Classify);

Figures Classify(SampleArguments arguments, CancellationToken cancellation)
{
    var ml = new MLContext(arguments.Seed);
    var test = arguments.Test is { } testFile ? SeriesFile.Read(ml, testFile) : CylinderBellFunnel.Load(ml, TestRows, TestSeed);
    if (arguments.Load is { } modelFile)
    {
        return Measure(ml, ModelFile.Load(ml, modelFile), test, TimeSpan.Zero);
    }
    var comparison = new Comparison();
    var (model, figures) = Train(ml, arguments, test, cancellation);
    comparison.Add(arguments.Trainer, figures);
    Reload(ml, arguments.Save, model, test, figures);
    if (arguments.Baseline)
    {
        var baseline = arguments with { Trainer = trainers.Names.First(name => name != arguments.Trainer) };
        comparison.Add(baseline.Trainer, Train(ml, baseline, test, cancellation).Figures);
    }
    comparison.Show();
    return figures;
}

static ParaRnnOptions Alone(ParaRnnOptions options)
{
    options.Base ??= SequenceBase.None;
    return options;
}

(ITransformer Model, Figures Figures) Train(MLContext ml, SampleArguments arguments, IDataView test, CancellationToken cancellation)
{
    var train = arguments.Train is { } file ? SeriesFile.Read(ml, file) : CylinderBellFunnel.Load(ml, TrainRows, arguments.Seed);
    // The generated problem needs fewer epochs and networks than the defaults for so few rows.
    string[] generated = arguments.Train is null ? ["Training.Epochs=10", "EnsembleSize=1"] : [];
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

static void Reload(MLContext ml, string? save, ITransformer model, IDataView test, Figures figures)
{
    var path = save ?? Path.GetTempFileName();
    ml.Model.Save(model, test.Schema, path);
    var accuracy = ml.MulticlassClassification.Evaluate(ModelFile.Load(ml, path).Transform(test)).MicroAccuracy;
    Console.WriteLine($"Saved and loaded, the model is {(accuracy == figures["accuracy"] ? "as good as before" : "not the same")}.");
    if (save is null)
    {
        File.Delete(path);
    }
}
