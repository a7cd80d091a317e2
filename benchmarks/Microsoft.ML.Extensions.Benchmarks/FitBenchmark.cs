using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Seconds of a fit with one network or the default number of them on three archive sets, alone and beside two busy processes, and its test accuracy.
/// </summary>
/// <remarks>The seconds of two versions of this project are compared by a run of each, one directly after the other.</remarks>
internal static class FitBenchmark
{
    private const int Busy = 2;

    private static readonly string[] Sets = ["ItalyPowerDemand", "JapaneseVowels", "ArrowHead"];

    /// <param name="only">The one trainer to measure, or null for all.</param>
    /// <param name="set">The one set to measure, or null for all.</param>
    /// <param name="seeds">How many seeds to take.</param>
    public static string Run(string? only, string? set, int seeds)
    {
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture, $"Networks without a base; seconds are the median of {seeds} seeds, with processor time, and of the first one beside {Busy} busy processes. Accuracy on the test part: mean, and range.");
        report.AppendLine();
        report.AppendLine(CultureInfo.InvariantCulture, $"| set | trainer | alone, s | processor, s | beside {Busy} busy processes, s | times as long | accuracy |");
        report.AppendLine("|---|---|---|---|---|---|---|");
        foreach (var own in ArchiveSets.All.Where(own => set is null ? Sets.Contains(own.Name) : own.Name == set))
        {
            foreach (var trainer in SequenceTrainers.All.Where(one => only is null ? one.Name != "CausalSoftmax" : one.Name == only))
            {
                report.AppendLine(Row(own, trainer, seeds));
            }
        }
        return report.ToString();
    }

    private static string Row(ArchiveSets set, SequenceTrainers trainer, int seeds)
    {
        if (set.Train(new MLContext()) is null)
        {
            return $"| {set.Name} | skipped: the data is not in ../shared/data or MLX_DATA | | | | | |";
        }
        var alone = Enumerable.Range(1, seeds).Select(seed => Fit(set, trainer, seed)).ToList();
        double busy;
        using (new BusyProcesses(Busy))
        {
            busy = Fit(set, trainer, seed: 1).Seconds;
        }
        var seconds = alone.Select(one => one.Seconds).Order().ElementAt(seeds / 2);
        var processor = alone.Select(one => one.Processor).Order().ElementAt(seeds / 2);
        var row = string.Create(CultureInfo.InvariantCulture,
            $"| {set.Name} | {trainer.Name} | {seconds:G3} | {processor:G3} | {busy:G3} | {busy / seconds:F1} | {alone.Average(one => one.Accuracy):F4} ({alone.Min(one => one.Accuracy):F3} to {alone.Max(one => one.Accuracy):F3}) |");
        Console.Error.WriteLine(row);
        return row;
    }

    private static (double Seconds, double Processor, double Accuracy) Fit(ArchiveSets set, SequenceTrainers trainer, int seed)
    {
        var ml = new MLContext(seed);
        var train = ml.Data.Cache(set.Train(ml)!);
        train.GetRowCount();
        var (clock, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        using var model = trainer.AtDefaults(ml, seed).Fit(train);
        var (seconds, processor) = (clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        return (seconds, processor, ml.MulticlassClassification.Evaluate(model.Transform(set.Test(ml)!)).MicroAccuracy);
    }
}
