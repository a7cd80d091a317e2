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
            $"Rows of {LongRowMemory.LongSteps} steps among rows of {LongRowMemory.ShortSteps}, one network at its defaults, in programs of their own; MemoryBudgetMegabytes {LongRowMemory.BudgetMegabytes}. In scoring there is one long row; in training there are 30, alone in batches of one, among the others in batches of 256.");
        report.AppendLine();
        report.AppendLine("| | long rows alone, MB | among so many | MB | of twice alone and the budget |");
        report.AppendLine("|---|---|---|---|---|");
        foreach (var what in LongRowMemory.Trainers.SelectMany(trainer => new[] { "scoring" + trainer.Key, "training" + trainer.Key }))
        {
            var alone = LongRowMemory.Megabytes(what, 0);
            foreach (var others in new[] { 255, 1999 })
            {
                var among = LongRowMemory.Megabytes(what, others);
                report.AppendLine(CultureInfo.InvariantCulture, $"| {what} | {alone:F0} | {others} | {among:F0} | {among / ((2 * alone) + LongRowMemory.BudgetMegabytes):F2} |");
            }
        }
        report.AppendLine();
        report.AppendLine(CultureInfo.InvariantCulture, $"Scoring rows of {WideScoringMemory.Steps} steps with a ParaRnn of one network, in programs of their own.");
        report.AppendLine();
        report.AppendLine("| HiddenSize | 1 row, MB | 256 rows, MB | 1,000 rows, MB |");
        report.AppendLine("|---|---|---|---|");
        foreach (var width in new[] { 32, 128, 512 })
        {
            var megabytes = new[] { 1, 256, 1000 }.Select(rows => WideScoringMemory.Megabytes(width, rows).ToString("F0", CultureInfo.InvariantCulture));
            report.AppendLine(CultureInfo.InvariantCulture, $"| {width} | {string.Join(" | ", megabytes)} |");
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
