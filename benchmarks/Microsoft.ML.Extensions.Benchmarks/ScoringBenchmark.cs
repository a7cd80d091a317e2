using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Sequence;
using TorchSharp;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// The overhead of ML.NET's plumbing: scoring through <c>Transform</c> and PredictionEngine, compared with the network alone on prepared
/// tensors.
/// </summary>
internal static class ScoringBenchmark
{
    private const int Rows = 4096;
    private const int BatchRows = 256;
    private const int Singles = 500;

    public static string Run()
    {
        var report = new StringBuilder();
        report.AppendLine("| T, C, H | raw forward, rows/s | Transform, rows/s | Transform / raw | raw single, us | PredictionEngine, us | engine / raw |");
        report.AppendLine("|---|---|---|---|---|---|---|");
        foreach (var (steps, channels, hidden) in new[] { (32, 8, 64), (128, 4, 64), (512, 1, 32) })
        {
            report.AppendLine(Measure(steps, channels, hidden));
        }
        return report.ToString();
    }

    private static string Measure(int steps, int channels, int hidden)
    {
        var ml = new MLContext(1);
        var data = ml.Data.Cache(GeneratedRows.View(ml, Rows, steps, channels));
        using var model = ml.MulticlassClassification.Trainers
            .ParaRnn(new ParaRnnOptions { Base = SequenceBase.None, HiddenSize = hidden, Training = { Epochs = 1, BatchSize = BatchRows } }).Fit(data);
        var batch = Batch(steps, channels, BatchRows);
        var single = Batch(steps, channels, 1);
        var scored = model.Transform(data);
        var (raw, transform) = (Timing.Of(() => Forward(model, batch, Rows / BatchRows)), Timing.Of(() => ReadAll(scored)));
        using var engine = ml.Model.CreatePredictionEngine<GeneratedRows.Row, Prediction>(model, data.Schema);
        var row = GeneratedRows.Rows(1, steps, channels).Single();
        var (rawSingle, predicted) = (Median(() => Forward(model, single, 1)), Median(() => engine.Predict(row)));
        batch.Values.Dispose();
        single.Values.Dispose();
        return string.Create(CultureInfo.InvariantCulture,
            $"| {steps}, {channels}, {hidden} | {Rows / raw.Median:F0} | {Rows / transform.Median:F0} | {raw.Median / transform.Median:F2} "
            + $"| {rawSingle * 1e6:F0} | {predicted * 1e6:F0} | {predicted / rawSingle:F2} |");
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
