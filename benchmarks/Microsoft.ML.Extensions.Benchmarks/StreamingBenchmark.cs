using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Time and memory of a streaming engine's steps, from the hundredth to the millionth.</summary>
internal static class StreamingBenchmark
{
    private const int Width = 16;
    private const int Channels = 2;
    private const int Window = 100;

    private static readonly int[] Marks = [100, 1_000, 10_000, 100_000, 1_000_000];

    public static string Run()
    {
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Width {Width}, one layer. Microseconds per step, mean of the {Window} steps up to the mark; bytes of state; working set, MB.");
        report.AppendLine();
        report.AppendLine("| trainer | step | microseconds | state, bytes | working set, MB |");
        report.AppendLine("|---|---|---|---|---|");
        foreach (var trainer in SequenceTrainers.All.Where(trainer => trainer.IsLinear))
        {
            Stream(trainer, report);
        }
        return report.ToString();
    }

    private static void Stream(SequenceTrainers trainer, StringBuilder report)
    {
        var ml = new MLContext(1);
        var model = trainer.Sized(ml, Width).Fit(GeneratedRows.View(ml, rows: 8, steps: 64, Channels));
        using var engine = ml.Model.CreateStreamingEngine<Step, Prediction>(model);
        var (step, prediction, clock) = (new Step { Features = [0.5f, -0.5f] }, new Prediction(), new Stopwatch());
        foreach (var mark in Marks)
        {
            while (engine.Steps < mark - Window)
            {
                engine.Predict(step, ref prediction);
            }
            clock.Restart();
            while (engine.Steps < mark)
            {
                engine.Predict(step, ref prediction);
            }
            var microseconds = clock.Elapsed.TotalMicroseconds / Window;
            using var process = Process.GetCurrentProcess();
            report.AppendLine(CultureInfo.InvariantCulture,
                $"| {trainer.Name} | {mark} | {microseconds:f0} | {engine.StateBytes} | {process.WorkingSet64 >> 20} |");
        }
    }

    private sealed class Step
    {
        [VectorType(1, Channels)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }
}
