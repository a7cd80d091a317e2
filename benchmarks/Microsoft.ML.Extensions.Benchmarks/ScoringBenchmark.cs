using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Sequence;
using TorchSharp;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Scoring through <c>Transform</c> and PredictionEngine, compared with the TorchSharp network alone on prepared tensors, and with ONNX
/// Runtime on a nn.GRU of the same size; and the memory of a process that scores.
/// </summary>
internal static class ScoringBenchmark
{
    private const int Rows = 4096;
    private const int BatchRows = 256;
    private const int Singles = 500;

    public static string Run()
    {
        var report = new StringBuilder();
        report.AppendLine("ParaRnn, one network at its defaults but the width. A forward pass of libtorch on prepared tensors, of 256 rows and of one; ONNX Runtime (one thread) on two bidirectional layers of nn.GRU.");
        report.AppendLine();
        report.AppendLine("| T, C, H | libtorch, rows/s | Transform, rows/s | Transform / libtorch | libtorch, one row, us | PredictionEngine, us | libtorch / engine | nn.GRU by ONNX Runtime, us | ONNX Runtime / engine |");
        report.AppendLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var (steps, channels, hidden) in new[] { (32, 8, 16), (32, 8, 64), (32, 8, 256), (128, 4, 64), (512, 1, 32) })
        {
            AddLine(report, Measure(steps, channels, hidden));
        }
        report.AppendLine();
        report.AppendLine("One network of each trainer at its default size, after one epoch.");
        report.AppendLine();
        report.AppendLine("| trainer | T, C | libtorch, rows/s | Transform, rows/s | Transform / libtorch | libtorch, one row, us | PredictionEngine, us | libtorch / engine |");
        report.AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (var (name, create) in OnnxBenchmark.Trainers)
        {
            foreach (var (steps, channels) in new[] { (32, 8), (128, 4), (512, 1) })
            {
                AddLine(report, string.Create(CultureInfo.InvariantCulture, $"| {name} | {steps}, {channels} {Found.Of(create, steps, channels)}"));
            }
        }
        report.AppendLine();
        report.AppendLine(Memory());
        return report.ToString();
    }

    // Also as it comes, since all of it takes minutes.
    private static void AddLine(StringBuilder report, string line)
    {
        Console.Error.WriteLine(line);
        report.AppendLine(line);
    }

    private static string Measure(int steps, int channels, int hidden)
    {
        var found = Found.Of(ml => ml.MulticlassClassification.Trainers.ParaRnn(
            new ParaRnnOptions { Base = SequenceBase.None, HiddenSize = hidden, EnsembleSize = 1, Training = { Epochs = 1, BatchSize = BatchRows } }),
            steps, channels);
        using var gru = new OnnxGru(steps, channels, hidden, GeneratedRows.Classes);
        var onnx = Median(gru.Run);
        return string.Create(
            CultureInfo.InvariantCulture, $"| {steps}, {channels}, {hidden} {found} {onnx * 1e6:F0} | {onnx / found.Engine:F2} |");
    }

    // A model of the size of the first table.
    private static string Memory()
    {
        const int steps = 32, channels = 8;
        var path = Path.GetTempFileName();
        try
        {
            var ml = new MLContext(1);
            var data = GeneratedRows.View(ml, 8, steps, channels);
            using (var model = ml.MulticlassClassification.Trainers
                .ParaRnn(new ParaRnnOptions { Base = SequenceBase.None, HiddenSize = 64, EnsembleSize = 1, Training = { Epochs = 1 } }).Fit(data))
            {
                ml.Model.Save(model, data.Schema, path);
            }
            var managed = ScoringMemory.Megabytes(path, libtorch: false, steps, channels);
            var libtorch = ScoringMemory.Megabytes(path, libtorch: true, steps, channels);
            return string.Create(CultureInfo.InvariantCulture,
                $"Peak working set of a process that loads a model (ParaRnn, H 64) and scores 1,000 rows with a PredictionEngine: {managed:F0} MB, and {libtorch:F0} MB by libtorch: {managed / libtorch:F2} of it.");
        }
        finally
        {
            File.Delete(path);
        }
    }

    private sealed record Found(double Raw, double Transform, double Single, double Engine)
    {
        public static Found Of(Func<MLContext, IEstimator<NetworkTransformer>> trainer, int steps, int channels)
        {
            var ml = new MLContext(1);
            var data = ml.Data.Cache(GeneratedRows.View(ml, Rows, steps, channels));
            using var model = trainer(ml).Fit(ml.Data.TakeRows(data, BatchRows));
            var (batch, single) = (Batch(steps, channels, BatchRows), Batch(steps, channels, 1));
            var scored = model.Transform(data);
            var (raw, transform) = (Timing.Of(() => Forward(model, batch, Rows / BatchRows)), Timing.Of(() => ReadAll(scored)));
            using var engine = ml.Model.CreatePredictionEngine<GeneratedRows.Row, Prediction>(
                model, data.Schema);
            var row = GeneratedRows.Rows(1, steps, channels).Single();
            var (one, predicted) = (Median(() => Forward(model, single, 1)), Median(() => engine.Predict(row)));
            batch.Values.Dispose();
            single.Values.Dispose();
            return new Found(raw.Median, transform.Median, one, predicted);
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"| {Rows / Raw:F0} | {Rows / Transform:F0} | {Raw / Transform:F2} | {Single * 1e6:F0} | {Engine * 1e6:F0} | {Single / Engine:F1} |");
    }

    private static InputBatch Batch(int steps, int channels, int rows)
    {
        var values = GeneratedRows.Rows(rows, steps, channels).SelectMany(row => row.Features).ToArray();
        return new InputBatch(torch.tensor(values).view(rows, steps, channels), Enumerable.Repeat(steps, rows).ToArray());
    }

    private static void Forward(NetworkTransformer model, InputBatch batch, int times)
    {
        using var _ = torch.no_grad();
        for (var i = 0; i < times; i++)
        {
            using var scope = torch.NewDisposeScope();
            model.Model.Network.call(new InputBatch(batch.Values, batch.Lengths)).softmax(-1);
        }
    }

    private static double Median(Action action)
    {
        var seconds = new List<double>();
        for (var i = 0; i < Singles; i++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        seconds.Sort();
        return seconds[Singles / 2];
    }

    private static void ReadAll(IDataView view)
    {
        var column = view.Schema["Score"];
        VBuffer<float> score = default;
        using var cursor = view.GetRowCursor([column]);
        var getter = cursor.GetGetter<VBuffer<float>>(column);
        while (cursor.MoveNext())
        {
            getter(ref score);
        }
    }

    internal sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }
}
