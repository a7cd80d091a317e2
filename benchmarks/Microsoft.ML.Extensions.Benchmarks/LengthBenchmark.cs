using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Time and memory of a trainer for growing sequence lengths.</summary>
internal static class LengthBenchmark
{
    private const int Width = 16;
    private const int Channels = 1;
    private const int Rows = 4;

    private static readonly int[] Lengths = [1_024, 4_096, 16_384, 65_536];

    public static string Run()
    {
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Width {Width}, one layer, {Rows} rows one at a time: a whole Fit of one epoch (forward, backward and update), then scoring; milliseconds per row. Working set: the peak of the process so far, MB.");
        report.AppendLine();
        report.AppendLine("| trainer | T | training | over linear growth | scoring | over linear growth | peak working set, MB |");
        report.AppendLine("|---|---|---|---|---|---|---|");
        // The peak only grows, so shorter lengths come first and the trainers alternate.
        var first = new Dictionary<string, (double Train, double Score)>();
        foreach (var length in Lengths)
        {
            foreach (var trainer in SequenceTrainers.All.Where(trainer => trainer.IsLinear))
            {
                Measure(trainer, length, report, first);
            }
        }
        return report.ToString();
    }

    private static void Measure(
        SequenceTrainers trainer, int length, StringBuilder report, Dictionary<string, (double Train, double Score)> first)
    {
        var ml = new MLContext(1);
        var data = ml.Data.Cache(GeneratedRows.View(ml, Rows, length, Channels));
        var estimator = trainer.Sized(ml, Width);
        using var warm = (IDisposable)estimator.Fit(data);
        var clock = Stopwatch.StartNew();
        using var model = (IDisposable)estimator.Fit(data);
        var train = clock.Elapsed.TotalMilliseconds / Rows;
        var score = 1e3 * Timing.Of(() => ((ITransformer)model).Transform(data).GetColumn<float[]>("Score").Count()).Median / Rows;
        first.TryAdd(trainer.Name, (train, score));
        var growth = (double)length / Lengths[0];
        using var process = Process.GetCurrentProcess();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"| {trainer.Name} | {length} | {train:f1} | {train / first[trainer.Name].Train / growth:f2} | {score:f1} | {score / first[trainer.Name].Score / growth:f2} | {process.PeakWorkingSet64 >> 20} |");
    }
}
