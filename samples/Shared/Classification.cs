using System.Diagnostics;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>The steps of every classification sample: train, evaluate, save or load, compare with the baseline.</summary>
/// <param name="trainers">The trainers; the baseline is the first one that the user did not select.</param>
/// <param name="settings">Options for the generated problem, each <c>Option=Value</c>; the user's take precedence.</param>
public sealed class Classification(TrainerTable trainers, params string[] settings)
{
    /// <summary>The figures on the test rows.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="arguments">The arguments of the sample.</param>
    /// <param name="train">Training rows with <c>Label</c> and <c>Features</c>.</param>
    /// <param name="test">Test rows.</param>
    /// <param name="cancellation">Stops training.</param>
    public Figures Run(MLContext ml, SampleArguments arguments, IDataView train, IDataView test, CancellationToken cancellation)
    {
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

    private (ITransformer Model, Figures Figures) Train(
        MLContext ml, SampleArguments arguments, IDataView train, IDataView test, CancellationToken cancellation)
    {
        var progress = new ProgressBar(arguments.Trainer);
        var trainer = trainers.Create(ml, arguments with { Settings = [.. settings, .. arguments.Settings] }, progress, cancellation);
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
}
