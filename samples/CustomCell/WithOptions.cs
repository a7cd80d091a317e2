using System.Diagnostics;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>The sample with options, on generated data or on your own files.</summary>
internal static class WithOptions
{
    private const int TrainRows = 300, TestRows = 900, TestSeed = int.MaxValue;

    // Without a base, so that the accuracy is that of the cell alone.
    private static readonly TrainerTable s_trainers = new TrainerTable()
        .Add("MinimalGatedUnit", (MLContext ml, ParaRnnOptions options) =>
            ml.MulticlassClassification.Trainers.ParaRnn<MinimalGatedUnit>(Alone(options)))
        .Add("ParaGru", (MLContext ml, ParaRnnOptions options) => ml.MulticlassClassification.Trainers.ParaRnn(Alone(options)));

    private static readonly CommandLine s_commandLine = new("Classifies sequences with a custom recurrent cell; the baseline is the paper's cell.", s_trainers);

    public static int Run(string[] args)
    {
        ParaRnnCells.Register<MinimalGatedUnit>("MinimalGatedUnit");
        return Sample.Run(args, s_commandLine, Classify);
    }

    private static Figures Classify(SampleArguments arguments, CancellationToken cancellation)
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
            var baseline = arguments with { Trainer = s_trainers.Names.First(name => name != arguments.Trainer) };
            comparison.Add(baseline.Trainer, Train(ml, baseline, test, cancellation).Figures);
        }
        comparison.Show();
        return figures;
    }

    private static ParaRnnOptions Alone(ParaRnnOptions options)
    {
        options.Base ??= SequenceBase.None;
        return options;
    }

    private static (ITransformer Model, Figures Figures) Train(MLContext ml, SampleArguments arguments, IDataView test, CancellationToken cancellation)
    {
        var train = arguments.Train is { } file ? SeriesFile.Read(ml, file) : CylinderBellFunnel.Load(ml, TrainRows, arguments.Seed);
        // The generated problem needs fewer epochs and networks than the defaults for so few rows.
        string[] generated = arguments.Train is null ? ["Training.Epochs=10", "EnsembleSize=1"] : [];
        var progress = new ProgressBar(arguments.Trainer);
        var trainer = s_trainers.Create(ml, arguments with { Settings = [.. generated, .. arguments.Settings] }, progress, cancellation);
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label").Append(trainer);
        var clock = Stopwatch.StartNew();
        var model = progress.During(() => pipeline.Fit(train));
        return (model, Measure(ml, model, test, clock.Elapsed));
    }

    private static Figures Measure(MLContext ml, ITransformer model, IDataView test, TimeSpan fitTime)
    {
        var scored = model.Transform(test);
        return Figures.Of(ml.MulticlassClassification.Evaluate(scored), fitTime.TotalSeconds, ScoringSpeed.RowsPerSecond(scored));
    }

    private static void Reload(MLContext ml, string? save, ITransformer model, IDataView test, Figures figures)
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
}
