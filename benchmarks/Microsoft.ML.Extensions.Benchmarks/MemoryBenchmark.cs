using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Peak working set of training on data of the size of the memory budget and of ten times its size.</summary>
internal static class MemoryBenchmark
{
    private const int BudgetMegabytes = 32;
    private const int Steps = 128;
    private const int Channels = 8;

    public static string Run()
    {
        var report = new StringBuilder();
        report.AppendLine("| data, MB | MemoryBudgetMegabytes | peak working set, MB | of which before training, MB |");
        report.AppendLine("|---|---|---|---|");
        // The peak only grows, so the small run comes first.
        foreach (var megabytes in new[] { BudgetMegabytes / 2, 10 * BudgetMegabytes })
        {
            var before = Process.GetCurrentProcess().WorkingSet64;
            Train(megabytes);
            using var process = Process.GetCurrentProcess();
            report.AppendLine(CultureInfo.InvariantCulture,
                $"| {megabytes} | {BudgetMegabytes} | {process.PeakWorkingSet64 >> 20} | {before >> 20} |");
        }
        report.AppendLine();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Rows of {LongRowMemory.LongSteps} steps (one in scoring, one a class in training) alone and among rows of {LongRowMemory.ShortSteps}, ParaRnn at its defaults with one network, in programs of their own; MemoryBudgetMegabytes {LongRowMemory.BudgetMegabytes}:");
        report.AppendLine();
        report.AppendLine("| | alone, MB | among so many | MB | ratio |");
        report.AppendLine("|---|---|---|---|---|");
        foreach (var (what, others) in new[] { ("scoring", 255), ("scoring", 1999), ("training", 255), ("training", 1999) })
        {
            var (alone, among) = (LongRowMemory.Megabytes(what, 0), LongRowMemory.Megabytes(what, others));
            report.AppendLine(CultureInfo.InvariantCulture, $"| {what} | {alone:F0} | {others} | {among:F0} | {among / alone:F2} |");
        }
        return report.ToString();
    }

    private static void Train(int megabytes)
    {
        var ml = new MLContext(1);
        var rows = (int)(((long)megabytes << 20) / (Steps * Channels * sizeof(float)));
        var trainer = ml.MulticlassClassification.Trainers.ParaRnn(new ParaRnnOptions
        {
            Base = SequenceBase.None,
            HiddenSize = 8,
            Layers = 1,
            Training = { Epochs = 1, BatchSize = 256, MemoryBudgetMegabytes = BudgetMegabytes },
        });
        using var model = trainer.Fit(GeneratedRows.View(ml, rows, Steps, Channels));
    }
}
