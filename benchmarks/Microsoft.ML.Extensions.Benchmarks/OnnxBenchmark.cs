using System.Globalization;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Models converted to ONNX, beside ONNX Runtime with one thread.</summary>
internal static class OnnxBenchmark
{
    private const int Rows = 1024, BatchRows = 256, Singles = 300, RoundedEpochs = 20;
    private const string Features = nameof(GeneratedRows.Row.Features), Score = nameof(Score);

    private static readonly string[] s_sets = ["JapaneseVowels", "ItalyPowerDemand", "ArrowHead", "OSULeaf"];

    private static readonly (string Name, Func<MLContext, IEstimator<NetworkTransformer>> Create)[] s_trainers =
    [
        .. Networks(1), ("RandomConvolution", ml => ml.MulticlassClassification.Trainers.RandomConvolution(new RandomConvolutionOptions { Seed = 1 })),
    ];

    /// <summary>One network of each trainer at its default size, after one epoch.</summary>
    public static IEnumerable<(string Name, Func<MLContext, IEstimator<NetworkTransformer>> Create)> Trainers => s_trainers.Append(
        ("DeepNetwork", ml => ml.MulticlassClassification.Trainers.DeepNetwork(
            new DeepNetworkOptions { EnsembleSize = 1, Training = { Epochs = 1, Seed = 1 } })));

    /// <summary>How fast both are.</summary>
    public static string Run()
    {
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"One network of each trainer at its default size, after one epoch. ONNX Runtime with one thread, in batches of {BatchRows} rows and row by row; the pack by `Transform` and by a PredictionEngine.");
        report.AppendLine().AppendLine("| trainer | T, C | Transform, rows/s | ONNX Runtime, rows/s | Transform / ONNX Runtime | PredictionEngine, us | ONNX Runtime, us | ONNX Runtime's time / engine's |");
        report.AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (var (steps, channels) in new[] { (32, 8), (128, 4), (512, 1) })
        {
            foreach (var (name, create) in Trainers.Append(("NeuralTangentKernel", Kernel)))
            {
                AddLine(report, Speed(name, create, steps, channels));
            }
        }
        report.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Clips [8, 3, 32, 32], {GeneratedTasks.Ahead} values ahead of windows [{GeneratedTasks.Steps}, 1], and the order of rows of {GeneratedTasks.Numbers} numbers, likewise:").AppendLine();
        report.AppendLine("| trainer | row | Transform, rows/s | ONNX Runtime, rows/s | Transform / ONNX Runtime | PredictionEngine, us | ONNX Runtime, us | ONNX Runtime's time / engine's |");
        report.AppendLine("|---|---|---|---|---|---|---|---|");
        var ml = new MLContext(1);
        var clips = GeneratedTasks.Clips(ml, BatchRows);
        AddLine(report, Line<float[], ManyScores>("Lrcn", "8, 3, 32, 32", ml, ml.MulticlassClassification.Trainers.Lrcn(
            new LrcnOptions { EnsembleSize = 1, Training = { Epochs = 1, Seed = 1 } }), clips));
        AddLine(report, Line<float[], ManyScores>("ParaRnn, forecast", $"{GeneratedTasks.Steps}, 1", ml, ml.Forecasting.Trainers.ParaRnn(
            new ParaRnnOptions { EnsembleSize = 1, Training = { Epochs = 1, Seed = 1 } }), GeneratedTasks.Windows(ml, Rows)));
        AddLine(report, Line<float, OneScore>("NumericRanking", $"{GeneratedTasks.Numbers}", ml, ml.Ranking.Trainers.NumericRanking(
            new NumericRankingOptions { EnsembleSize = 1, Training = { Epochs = 1, Seed = 1 } }), GeneratedTasks.Ranked(ml, Rows)));
        return report.ToString();
    }

    /// <summary>Whether ONNX Runtime gives the same scores on the archive's sets, and what weights of eight bits cost.</summary>
    public static string RunScores()
    {
        var report = new StringBuilder();
        report.AppendLine("The largest difference of a score of the test rows, row by row, and the classes that differ:").AppendLine();
        report.AppendLine($"| trainer | {string.Join(" | ", s_sets)} |").AppendLine($"|---|{string.Concat(s_sets.Select(_ => "---|"))}");
        foreach (var (name, create) in s_trainers)
        {
            AddLine(report, $"| {name} | {string.Join(" | ", ArchiveSets.All.Where(set => s_sets.Contains(set.Name)).OrderBy(set => Array.IndexOf(s_sets, set.Name)).Select(set => Difference(set, create)))} |");
        }
        report.AppendLine().AppendLine(CultureInfo.InvariantCulture,
            $"Weights rounded to eight bits by `ml.Model.Quantize`, after {RoundedEpochs} epochs: accuracy of the test rows before and after, and the bytes of the file after over those before:").AppendLine();
        report.AppendLine($"| trainer | {string.Join(" | ", s_sets)} |").AppendLine($"|---|{string.Concat(s_sets.Select(_ => "---|"))}");
        foreach (var (name, create) in Networks(RoundedEpochs))
        {
            AddLine(report, $"| {name} | {string.Join(" | ", s_sets.Select(set => Rounded(ArchiveSets.All.First(known => known.Name == set), create)))} |");
        }
        return report.ToString();
    }

    private static IEstimator<NetworkTransformer> Kernel(MLContext ml) =>
        ml.MulticlassClassification.Trainers.NeuralTangentKernel(new NeuralTangentKernelOptions { Depth = 2, Seed = 1 });

    private static (string Name, Func<MLContext, IEstimator<NetworkTransformer>> Create)[] Networks(int epochs) =>
    [
        Of<ParaRnnOptions>("ParaRnn", epochs, (trainers, options) => trainers.ParaRnn(options)),
        Of<LsslOptions>("Lssl", epochs, (trainers, options) => trainers.Lssl(options)),
        Of<AarenOptions>("Aaren", epochs, (trainers, options) => trainers.Aaren(options)),
        Of<RecurrentOptions>("Recurrent", epochs, (trainers, options) => trainers.Recurrent(options)),
        Of<SingleLayerTransformerOptions>("SingleLayerTransformer", epochs, (trainers, options) => trainers.SingleLayerTransformer(options)),
    ];

    private static string Rounded(ArchiveSets set, Func<MLContext, IEstimator<NetworkTransformer>> create)
    {
        var ml = new MLContext(1);
        if (set.Train(ml) is not { } train || set.Test(ml) is not { } test)
        {
            return "skipped";
        }
        using var model = create(ml).Fit(train);
        var rounded = ml.Model.Quantize(model);
        using var owned = (IDisposable)rounded;
        return string.Create(CultureInfo.InvariantCulture, $"{Accuracy(model):F3}, {Accuracy(rounded):F3}; {(double)Bytes(rounded) / Bytes(model):F2}");

        double Accuracy(ITransformer one) => ml.MulticlassClassification.Evaluate(one.Transform(test)).MicroAccuracy;

        long Bytes(ITransformer one)
        {
            using var file = new MemoryStream();
            ml.Model.ConvertToOnnx(one, test, file);
            return file.Length;
        }
    }

    private static string Speed(string name, Func<MLContext, IEstimator<NetworkTransformer>> create, int steps, int channels)
    {
        var ml = new MLContext(1);
        return Line<float[], ManyScores>(name, $"{steps}, {channels}", ml, create(ml), GeneratedRows.View(ml, Rows, steps, channels));
    }

    private static string Line<TScore, TScores>(string name, string shape, MLContext ml, IEstimator<NetworkTransformer> trainer, IDataView generated)
        where TScores : class, new()
    {
        var data = ml.Data.Cache(generated);
        float[][] rows = [.. data.GetColumn<float[]>(Features)];
        using var model = trainer.Fit(ml.Data.TakeRows(data, BatchRows));
        using var onnx = new OnnxRun(ml, model, data, Features);
        // An engine reads columns by their types in the data.
        var definition = SchemaDefinition.Create(typeof(OnlyFeatures));
        definition[Features].ColumnType = data.Schema[Features].Type;
        using var engine = ml.Model.CreatePredictionEngine<OnlyFeatures, TScores>(model, new PredictionEngineOptions { InputSchemaDefinition = definition, OwnsTransformer = false });
        var scored = model.Transform(data);
        var batches = rows.Chunk(BatchRows).ToArray();
        float[][] single = [rows[0]];
        var one = new OnlyFeatures { Features = rows[0] };
        var (transform, batch) = (Timing.Of(() => scored.GetColumn<TScore>(Score).Last()), Timing.Of(() => Array.ForEach(batches, some => onnx.Outputs<float, float>(some, Score))));
        var (predict, run) = (Timing.Of(() => Repeat(() => engine.Predict(one))), Timing.Of(() => Repeat(() => onnx.Outputs<float, float>(single, Score))));
        return string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {shape} | {rows.Length / transform.Median:F0} | {rows.Length / batch.Median:F0} | {batch / transform:F2} | {predict.Median / Singles * 1e6:F0} | {run.Median / Singles * 1e6:F0} | {run / predict:F2} |");
    }

    private static string Difference(ArchiveSets set, Func<MLContext, IEstimator<NetworkTransformer>> create)
    {
        var ml = new MLContext(1);
        if (set.Train(ml) is not { } train || set.Test(ml) is not { } test)
        {
            return "skipped";
        }
        using var model = create(ml).Fit(train);
        var cached = ml.Data.Cache(test);
        using var onnx = new OnnxRun(ml, model, cached, Features);
        var (largest, others, rows) = (0.0, 0, 0);
        foreach (var (row, wanted) in cached.GetColumn<float[]>(Features).Zip(model.Transform(cached).GetColumn<float[]>(Score)))
        {
            var got = onnx.Outputs<float, float>([row], Score);
            largest = Math.Max(largest, wanted.Zip(got).Max(pair => Math.Abs(pair.First - pair.Second)));
            others += Array.IndexOf(wanted, wanted.Max()) == Array.IndexOf(got, got.Max()) ? 0 : 1;
            rows++;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{largest:0.0e-0}, {others} of {rows}");
    }

    private static void Repeat(Action action)
    {
        for (var i = 0; i < Singles; i++)
        {
            action();
        }
    }

    private static void AddLine(StringBuilder report, string line)
    {
        Console.Error.WriteLine(line);
        report.AppendLine(line);
    }

    private static (string Name, Func<MLContext, IEstimator<NetworkTransformer>> Create) Of<TOptions>(
        string name, int epochs, Func<MulticlassClassificationCatalog.MulticlassClassificationTrainers, TOptions, IEstimator<NetworkTransformer>> create)
        where TOptions : SequenceTrainerOptions, new() =>
        (name, ml => create(ml.MulticlassClassification.Trainers, new TOptions { EnsembleSize = 1, Base = SequenceBase.None, Training = { Epochs = epochs, Seed = 1 } }));

    private sealed class OnlyFeatures
    {
        public float[] Features { get; set; } = [];
    }

    private sealed class ManyScores
    {
        public float[] Score { get; set; } = [];
    }

    private sealed class OneScore
    {
        public float Score { get; set; }
    }
}
