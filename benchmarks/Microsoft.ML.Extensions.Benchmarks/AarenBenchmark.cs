using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Sequence;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Time and memory of one attention layer for growing lengths: in training, and step by step along one stream.</summary>
internal static class AarenBenchmark
{
    private const int LastSteps = 128;

    private static readonly int[] s_lengths = [256, 1024, 4096, 16384];

    public static string Run()
    {
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture, $"One layer, D {AttentionPath.Channels}, {AttentionPath.Heads} heads, one row.")
            .AppendLine();
        ReportTraining(report);
        ReportStreaming(report);
        return report.ToString();
    }

    private static void ReportTraining(StringBuilder report)
    {
        report.AppendLine("## Forward + backward").AppendLine();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Milliseconds{(Timing.OfProcessor ? " of processor time" : "")}, median ± half the distance of the quartiles; after it the megabytes that one such run adds to the working set at its peak. Fused, scan and masked softmax are three modes of the same layer.").AppendLine();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"| T | {string.Join(" | ", AttentionPath.All.Select(path => $"{path.Name}, ms | MB"))} |");
        report.AppendLine($"|---|{string.Concat(Enumerable.Repeat("---|---|", AttentionPath.All.Count))}");
        foreach (var length in s_lengths)
        {
            var row = $"| {length} | {string.Join(" | ", AttentionPath.All.Select(path => TrainingCells(path, length)))} |";
            Console.Error.WriteLine(row);
            report.AppendLine(row);
        }
        report.AppendLine();
    }

    private static string TrainingCells(AttentionPath path, int length) => length > path.LongestSteps
        ? "T x T pairs | "
        : string.Create(CultureInfo.InvariantCulture, $"{Timing.Of(path.TrainingStep(length))} | {PeakMemory.Megabytes(path, length):F0}");

    private static void ReportStreaming(StringBuilder report)
    {
        report.AppendLine("## Step by step").AppendLine();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Microseconds per step (mean of the {LastSteps} steps up to T), seconds for all steps so far, kilobytes of state.").AppendLine();
        report.AppendLine("| T | Aaren, us | s | kB | causal softmax, us | s | kB |");
        report.AppendLine("|---|---|---|---|---|---|---|");
        var (aaren, softmax) = (Stream(AttentionKind.Aaren), Stream(AttentionKind.CausalSoftmax));
        foreach (var ((length, left), right) in s_lengths.Zip(aaren).Zip(softmax))
        {
            report.AppendLine(CultureInfo.InvariantCulture, $"| {length} | {left} | {right} |");
        }
    }

    private static List<StreamPoint> Stream(AttentionKind kind)
    {
        using var noGrad = no_grad();
        using var layer = AttentionPath.All.First(path => path.Kind == kind).Layer();
        using var state = new StreamState();
        using var step = randn([1, 1, AttentionPath.Channels], generator: new Generator(2));
        var (points, clock, lastSteps) = (new List<StreamPoint>(), Stopwatch.StartNew(), TimeSpan.Zero);
        for (var t = 1; t <= s_lengths[^1]; t++)
        {
            using var scope = NewDisposeScope();
            layer.Advance(step, state);
            if (s_lengths.Contains(t + LastSteps))
            {
                lastSteps = clock.Elapsed;
            }
            if (s_lengths.Contains(t))
            {
                points.Add(new((clock.Elapsed - lastSteps).TotalMicroseconds / LastSteps, clock.Elapsed.TotalSeconds,
                    state.Bytes / 1024.0));
            }
        }
        return points;
    }

    private sealed record StreamPoint(double Microseconds, double Seconds, double Kilobytes)
    {
        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{Microseconds:F0} | {Seconds:F2} | {Kilobytes:F1}");
    }
}
