using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Data;
using TorchSharp;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// A streaming engine's steps by C# kernels, by libtorch, and beside nn.GRU step by step; and their time and memory from the hundredth to the millionth.
/// </summary>
internal static class StreamingBenchmark
{
    private const int Width = 16;
    private const int Channels = 2;
    private const int Window = 100;
    private const int FromStep = 1000, ToStep = 3000;

    private static readonly int[] Marks = [100, 1_000, 10_000, 100_000, 1_000_000];

    public static string Run()
    {
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"One layer, one network, steps {FromStep} to {ToStep}: microseconds of a Predict, the median of hundreds; nn.GRU of the same width with a linear layer, on prepared tensors.");
        report.AppendLine();
        report.AppendLine("| trainer | width | C# kernels | libtorch | libtorch / kernels | nn.GRU | nn.GRU / kernels |");
        report.AppendLine("|---|---|---|---|---|---|---|");
        foreach (var width in new[] { 16, 64 })
        {
            var gru = OfGru(width);
            foreach (var trainer in SequenceTrainers.All)
            {
                Compare(trainer, width, gru, report);
            }
        }
        report.AppendLine();
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

    private static void Compare(SequenceTrainers trainer, int width, double gru, StringBuilder report)
    {
        var ml = new MLContext(1);
        var model = trainer.Sized(ml, width).Fit(GeneratedRows.View(ml, rows: 8, steps: 64, Channels));
        using var engine = ml.Model.CreateStreamingEngine<Step, Prediction>(model);
        using var reference = ml.Model.CreateStreamingEngine<Step, Prediction>(model.Copies.WithKernels(null));
        var (step, prediction) = (new Step { Features = [0.5f, -0.5f] }, new Prediction());
        var kernels = Median(() => engine.Predict(step, ref prediction));
        var libtorch = Median(() => reference.Predict(step, ref prediction));
        report.AppendLine(CultureInfo.InvariantCulture,
            $"| {trainer.Name} | {width} | {kernels:f1} | {libtorch:f0} | {libtorch / kernels:f0} | {gru:f0} | {gru / kernels:f1} |");
    }

    private static double OfGru(int width)
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        using var layer = torch.nn.GRU(Channels, width, batchFirst: true);
        using var head = torch.nn.Linear(width, GeneratedRows.Classes);
        var input = torch.zeros(1, 1, Channels);
        var state = torch.zeros(1, 1, width);
        return Median(() =>
        {
            using var inner = torch.NewDisposeScope();
            var (output, next) = layer.call(input, state);
            head.call(output);
            state.copy_(next);
        });
    }

    // Microseconds; a step is shorter than the clock's grain, so that hundreds are one reading.
    private static double Median(Action action)
    {
        for (var i = 0; i < FromStep; i++)
        {
            action();
        }
        var readings = new List<double>();
        for (var at = FromStep; at < ToStep; at += Window)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < Window; i++)
            {
                action();
            }
            readings.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds / Window);
        }
        readings.Sort();
        return readings[readings.Count / 2];
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
