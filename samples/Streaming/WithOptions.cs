using System.Diagnostics;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>The sample with options, on generated data or on your own files.</summary>
internal static class WithOptions
{
    private const int TrainRows = 300, TestRows = 60, TestSeed = int.MaxValue;

    // Streaming needs a causal network whose pooled vector can be updated step by step.
    private static readonly TrainerTable s_trainers = new TrainerTable()
        .Add("ParaRnn", (MLContext ml, ParaRnnOptions options) =>
        {
            options.Bidirectional = false;
            return ml.MulticlassClassification.Trainers.ParaRnn(options);
        })
        .Add("Lssl", (MLContext ml, LsslOptions options) =>
        {
            options.Bidirectional = false;
            return ml.MulticlassClassification.Trainers.Lssl(options);
        })
        .Add("Aaren", (MLContext ml, AarenOptions options) => ml.MulticlassClassification.Trainers.Aaren(options));

    private static readonly string[] s_streamable = ["Pooling=Mean", "EnsembleSize=1"];

    private static readonly CommandLine s_commandLine = new("Classifies live series, one time step at a time; the baseline scores all steps so far anew.", s_trainers);

    public static int Run(string[] args) => Sample.Run(args, s_commandLine, Stream);

    private static Figures Stream(SampleArguments arguments, CancellationToken cancellation)
    {
        var ml = new MLContext(arguments.Seed);
        var test = arguments.Test is { } testFile ? SeriesFile.Read(ml, testFile) : CylinderBellFunnel.Load(ml, TestRows, TestSeed);
        var channels = ((VectorDataViewType)test.Schema["Features"].Type).Dimensions[1];
        var sensors = SeriesFile.Rows(ml, test).Select(series => Sensor.Of(series, channels)).ToList();
        var clock = Stopwatch.StartNew();
        var model = arguments.Load is { } modelFile ? ModelFile.Load(ml, modelFile) : Train(ml, arguments, cancellation);
        var fitTime = clock.Elapsed;
        if (arguments.Save is { } path)
        {
            ml.Model.Save(model, test.Schema, path);
        }
        var columns = SchemaDefinition.Create(typeof(Reading));
        columns["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 1, channels);

        using var engine = ml.Model.CreateStreamingEngine<Reading, Prediction>(model, columns);
        Watch(engine, sensors[0]);
        MoveToAnotherProcess(ml, model, columns, engine, sensors[0]);
        var live = new LiveScores(engine, sensors, cancellation);
        var whole = ml.MulticlassClassification.Evaluate(model.Transform(test));
        var figures = new Figures
        {
            { "accuracy", live.Accuracy },
            { "accuracy_of_whole_rows", whole.MicroAccuracy },
            { "steps_per_second", live.StepsPerSecond },
            { "state_bytes", engine.StateBytes },
            { "fit_seconds", arguments.Load is null ? fitTime.TotalSeconds : 0 },
        };
        if (arguments.Baseline)
        {
            figures.Add("speed_over_scoring_anew", live.StepsPerSecond * Anew.SecondsPerStep(ml, model, sensors[0], channels));
        }
        return figures;
    }

    private static ITransformer Train(MLContext ml, SampleArguments arguments, CancellationToken cancellation)
    {
        var train = arguments.Train is { } file ? SeriesFile.Read(ml, file) : CylinderBellFunnel.Load(ml, TrainRows, arguments.Seed);
        string[] generated = arguments.Train is null ? ["Training.Epochs=10"] : [];
        var progress = new ProgressBar(arguments.Trainer);
        var trainer = s_trainers.Create(
            ml, arguments with { Settings = [.. s_streamable, .. generated, .. arguments.Settings] }, progress, cancellation);
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label").Append(trainer)
            .Append<ITransformer>(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        return progress.During(() => pipeline.Fit(train));
    }

    private static void Watch(StreamingEngine<Reading, Prediction> engine, Sensor sensor)
    {
        engine.Reset();
        foreach (var reading in sensor.Readings)
        {
            var prediction = engine.Predict(reading);
            if (engine.Steps % Math.Max(1, sensor.Readings.Count / 8) == 0)
            {
                Console.WriteLine($"Step {engine.Steps}: a '{prediction.PredictedLabel}' with probability {prediction.Score.Max():0.00}; it is a '{sensor.Label}'.");
            }
        }
    }

    // Simulates a service that is restarted in the middle of a series.
    private static void MoveToAnotherProcess(
        MLContext ml, ITransformer model, SchemaDefinition columns, StreamingEngine<Reading, Prediction> engine, Sensor sensor)
    {
        var file = Path.GetTempFileName();
        var half = sensor.Readings.Count / 2;
        engine.Reset();
        sensor.Readings.Take(half).ToList().ForEach(reading => engine.Predict(reading));
        engine.SaveState(file);
        using var successor = ml.Model.CreateStreamingEngine<Reading, Prediction>(model, columns);
        successor.LoadState(file);
        File.Delete(file);
        var (went, goes) = (engine.Predict(sensor.Readings[half]), successor.Predict(sensor.Readings[half]));
        Console.WriteLine($"Saved after {half} steps and restored, the stream continues {(went.Score.SequenceEqual(goes.Score) ? "as before" : "differently")}.");
    }
}
