using System.Diagnostics;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>The sample with options, on generated data or on your own files.</summary>
internal static class WithOptions
{
    // The generated test rows are the same for every seed, so that models can be compared.
    private const int TrainRows = 300, TestRows = 900, TestSeed = int.MaxValue;

    private static readonly TrainerTable s_trainers = new TrainerTable()
        .Add("ParaRnn", (MLContext ml, ParaRnnOptions options) => ml.MulticlassClassification.Trainers.ParaRnn(options))
        .Add("Lssl", (MLContext ml, LsslOptions options) => ml.MulticlassClassification.Trainers.Lssl(options))
        .Add("Aaren", (MLContext ml, AarenOptions options) => ml.MulticlassClassification.Trainers.Aaren(options))
        .Add("SingleLayerTransformer", (MLContext ml, SingleLayerTransformerOptions options) =>
            ml.MulticlassClassification.Trainers.SingleLayerTransformer(options))
        .Add("Recurrent", (MLContext ml, RecurrentOptions options) => ml.MulticlassClassification.Trainers.Recurrent(options))
        .AddSolved(
            "RandomConvolution", (MLContext ml, RandomConvolutionOptions options) =>
                ml.MulticlassClassification.Trainers.RandomConvolution(options),
            (options, token) => options.CancellationToken = token)
        .Add("Lrcn", (MLContext ml, LrcnOptions options) => ml.MulticlassClassification.Trainers.Lrcn(options));

    private static readonly CommandLine s_commandLine = new("Classifies sequences, and compares with LightGBM on their flattened values.", s_trainers);

    public static int Run(string[] args) => Sample.Run(args, s_commandLine, Classify);

    private static Figures Classify(SampleArguments arguments, CancellationToken cancellation)
    {
        var ml = new MLContext(arguments.Seed);
        var test = arguments.Test is { } testFile ? SeriesFile.Read(ml, testFile) : CylinderBellFunnel.Load(ml, TestRows, TestSeed);
        if (arguments.Load is { } modelFile)
        {
            return Measure(ml, ModelFile.Load(ml, modelFile), test, TimeSpan.Zero);
        }
        var train = arguments.Train is { } trainFile ? SeriesFile.Read(ml, trainFile) : CylinderBellFunnel.Load(ml, TrainRows, arguments.Seed);
        // The generated problem needs fewer epochs than the default for so few rows.
        arguments = arguments.Train is null && s_trainers.LearnsInEpochs(arguments.Trainer)
            ? arguments with { Settings = ["Training.Epochs=10", .. arguments.Settings] } : arguments;

        var progress = new ProgressBar(arguments.Trainer);
        var pipeline = Pipeline(ml, s_trainers.Create(ml, arguments, progress, cancellation));
        var clock = Stopwatch.StartNew();
        var model = progress.During(() => pipeline.Fit(train));
        var figures = Measure(ml, model, test, clock.Elapsed);
        cancellation.ThrowIfCancellationRequested();
        ReloadAndPredict(ml, arguments.Save, model, test);
        Compare(ml, arguments, figures, train, test);
        return figures;
    }

    // Labels are text. The trainer needs keys, and predictions should be text again.
    private static EstimatorChain<ITransformer> Pipeline(MLContext ml, IEstimator<ITransformer> trainer) =>
        ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(trainer)
            .Append<ITransformer>(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

    private static Figures Measure(MLContext ml, ITransformer model, IDataView test, TimeSpan fitTime)
    {
        var scored = model.Transform(test);
        var metrics = ml.MulticlassClassification.Evaluate(scored);
        return Figures.Of(metrics, fitTime.TotalSeconds, ScoringSpeed.RowsPerSecond(scored));
    }

    private static void ReloadAndPredict(MLContext ml, string? save, ITransformer model, IDataView test)
    {
        var path = save ?? Path.GetTempFileName();
        ml.Model.Save(model, test.Schema, path);
        var loaded = ml.Model.Load(path, out var schema);
        var columns = SchemaDefinition.Create(typeof(Series));
        columns["Features"].ColumnType = schema["Features"].Type;
        var row = ml.Data.CreateEnumerable<Series>(test, reuseRowObject: false, schemaDefinition: columns).First();
        using var engine = ml.Model.CreatePredictionEngine<Series, Prediction>(loaded, inputSchemaDefinition: columns);
        Console.WriteLine($"Saved and loaded, the model takes a '{row.Label}' for a '{engine.Predict(row).PredictedLabel}'.");
        if (save is null)
        {
            File.Delete(path);
        }
    }

    private static void Compare(MLContext ml, SampleArguments arguments, Figures figures, IDataView train, IDataView test)
    {
        var comparison = new Comparison();
        comparison.Add(arguments.Trainer, figures);
        if (arguments.Baseline && SeriesFile.IsFlat(train, test))
        {
            var clock = Stopwatch.StartNew();
            var model = Pipeline(ml, ml.MulticlassClassification.Trainers.LightGbm()).Fit(train);
            comparison.Add("LightGBM", Measure(ml, model, test, clock.Elapsed));
        }
        else if (arguments.Baseline)
        {
            Console.WriteLine("LightGBM is left out: the series differ in length, so they have no flat features.");
        }
        comparison.Show();
    }
}
