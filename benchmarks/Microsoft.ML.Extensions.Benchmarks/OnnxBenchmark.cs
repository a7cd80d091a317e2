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
        var rows = GeneratedRows.Rows(Rows, steps, channels).ToArray();
        var data = ml.Data.Cache(GeneratedRows.View(ml, Rows, steps, channels));
        using var model = create(ml).Fit(ml.Data.TakeRows(data, BatchRows));
        using var onnx = new OnnxRun(ml, model, data, Features);
        using var engine = ml.Model.CreatePredictionEngine<GeneratedRows.Row, ScoringBenchmark.Prediction>(model, data.Schema);
        var scored = model.Transform(data);
        var batches = rows.Select(row => row.Features).Chunk(BatchRows).ToArray();
        float[][] single = [rows[0].Features];
        var (transform, batch) = (Timing.Of(() => scored.GetColumn<float[]>(Score).Last()), Timing.Of(() => Array.ForEach(batches, some => onnx.Outputs<float, float>(some, Score))));
        var (predict, run) = (Timing.Of(() => Repeat(() => engine.Predict(rows[0]))), Timing.Of(() => Repeat(() => onnx.Outputs<float, float>(single, Score))));
        return string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {steps}, {channels} | {Rows / transform.Median:F0} | {Rows / batch.Median:F0} | {batch / transform:F2} | {predict.Median / Singles * 1e6:F0} | {run.Median / Singles * 1e6:F0} | {run / predict:F2} |");
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
}
