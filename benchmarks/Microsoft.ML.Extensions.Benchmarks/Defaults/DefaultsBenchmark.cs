using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// The trainers at their defaults compared with what a user can write in a minute, on sets of the archives: by cross-validation within the
/// training part, where choices are made, and on the published test part, which is used only after all choices.
/// </summary>
internal static class DefaultsBenchmark
{
    private const int MostSeeds = 5;
    private const int Folds = 5;
    private const string Validation = "cross-validation", Test = "test";

    /// <param name="test">True for the test parts, false for cross-validation within the training parts.</param>
    /// <param name="again">The contestant to measure again; null for none.</param>
    /// <param name="only">The contestants to measure, separated by commas; null for all.</param>
    /// <param name="named">The sets, separated by commas; null for all.</param>
    /// <param name="seeds">The number of seeds, from 1; null for all.</param>
    public static string Run(bool test, string? again, string? only, string? named, int? seeds)
    {
        var count = seeds ?? MostSeeds;
        var part = test ? Test : Validation;
        var values = new DefaultValues(Path.Combine(ResultFile.Repository(), "benchmarks", "results", "defaults.tsv"));
        if (again is not null)
        {
            values.Forget(again);
        }
        var contestants = DefaultContestant.All.Where(one => only is null || only.Split(',').Contains(one.Name)).ToArray();
        var sets = SeriesSet.Names.Where(name => named is null || named.Split(',').Contains(name)).Select(SeriesSet.Find)
            .OfType<SeriesSet>().ToArray();
        foreach (var set in sets)
        {
            foreach (var one in contestants)
            {
                for (var seed = 1; seed <= (one.IsRandom || !test ? count : 1); seed++)
                {
                    values.Get(set.Name, one.Name, part, seed, () => Measure(set, one, test, seed));
                }
            }
        }
        return Report(part, values);
    }

    private static (double Score, double Seconds) Measure(SeriesSet set, DefaultContestant contestant, bool test, int seed)
    {
        var clock = Stopwatch.StartNew();
        var score = test ? contestant.Score(new SeriesTask(set, set.Train, set.Test, seed)) : CrossValidated(set, contestant, seed);
        return (score, clock.Elapsed.TotalSeconds);
    }

    // Every row is predicted once. Squared errors are averaged, not their roots.
    private static double CrossValidated(SeriesSet set, DefaultContestant contestant, int seed)
    {
        var folds = set.Folds(Folds, seed).Where(fold => fold.Held.Length > 0).Select(fold => (
            Rows: fold.Held.Length, Score: contestant.Score(new SeriesTask(set, fold.Train, fold.Held, seed)))).ToArray();
        var rows = folds.Sum(fold => fold.Rows);
        return set.IsRegression
            ? -Math.Sqrt(folds.Sum(fold => fold.Rows * fold.Score * fold.Score) / rows) : folds.Sum(fold => fold.Rows * fold.Score) / rows;
    }

    // All results so far, of contestants that have any.
    private static string Report(string part, DefaultValues values)
    {
        var contestants = DefaultContestant.All.Where(one => SeriesSet.Names.Any(set => values.All(set, one.Name, part).Length > 0)).ToArray();
        var sets = SeriesSet.Names.Where(set => contestants.Any(one => values.All(set, one.Name, part).Length > 0)).ToArray();
        // [set][contestant][seed]
        var found = sets.Select(set => contestants.Select(one => values.All(set, one.Name, part)).ToArray()).ToArray();
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"By {part}: accuracy, or in regression (Covid3Month, MinimalGasPrices) the root mean squared error; mean and standard error over the seeds, their number, and the seconds of one.");
        report.AppendLine();
        report.AppendLine($"| set | {string.Join(" | ", contestants.Select(one => one.Name))} |");
        report.AppendLine($"|---|{string.Concat(contestants.Select(_ => "---|"))}");
        foreach (var (index, set) in sets.Index())
        {
            report.AppendLine($"| {set} | {string.Join(" | ", found[index].Select(Cell))} |");
        }
        var whole = found.Where(row => row.All(seeds => seeds.Length > 0)).ToArray();
        if (whole.Length == 0)
        {
            return report.ToString();
        }
        var means = whole.Select(row => row.Select(Mean).ToArray()).ToArray();
        var ranks = means.Select(row => PairedRanks.Ranks(row)).ToArray();
        report.AppendLine($"| **mean rank** | {string.Join(" | ", contestants.Select((_, one) => ranks.Average(row => row[one]).ToString("F2", CultureInfo.InvariantCulture)))} |");
        report.AppendLine();
        report.AppendLine(CultureInfo.InvariantCulture, $"Ranks, wins and tests are of the {whole.Length} sets that all of them were measured on.");
        report.AppendLine();
        Compare(report, contestants, means);
        return report.ToString();
    }

    // No prediction is the worst.
    private static double Mean(DefaultValue[] seeds) =>
        seeds.Any(value => double.IsNaN(value.Score)) ? double.NegativeInfinity : seeds.Average(value => value.Score);

    // Errors and accuracies have different scales, so a difference is relative to the better value.
    private static double Difference(double ours, double other) => ours == other ? 0
        : double.IsInfinity(ours) || double.IsInfinity(other) ? Math.Sign(ours - other)
        : (ours - other) / Math.Max(Math.Abs(ours), Math.Abs(other));

    private static string Cell(DefaultValue[] seeds)
    {
        if (seeds.Length == 0)
        {
            return "";
        }
        var mean = Mean(seeds);
        if (double.IsNegativeInfinity(mean))
        {
            return "no prediction";
        }
        var error = seeds.Length < 2 ? 0
            : Math.Sqrt(seeds.Sum(value => Math.Pow(value.Score - mean, 2)) / (seeds.Length - 1) / seeds.Length);
        return string.Create(
            CultureInfo.InvariantCulture, $"{Math.Abs(mean):G3} ± {error:G1} ({seeds.Length}; {seeds.Average(value => value.Seconds):F0} s)");
    }

    private static void Compare(StringBuilder report, DefaultContestant[] contestants, double[][] means)
    {
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Wins, ties and losses over the {means.Length} sets, and Wilcoxon's signed ranks with Holm's correction over the baselines:");
        report.AppendLine();
        var baselines = contestants.Index().Where(one => !one.Item.IsOurs).ToArray();
        report.AppendLine($"| trainer | {string.Join(" | ", baselines.Select(one => one.Item.Name))} |");
        report.AppendLine($"|---|{string.Concat(baselines.Select(_ => "---|"))}");
        foreach (var (ours, contestant) in contestants.Index().Where(one => one.Item.IsOurs))
        {
            var differences = baselines.Select(other => means.Select(row => Difference(row[ours], row[other.Index])).ToArray()).ToArray();
            var chances = PairedRanks.Holm([.. differences.Select(PairedRanks.Wilcoxon)]);
            report.AppendLine($"| {contestant.Name} | {string.Join(" | ", differences.Select((row, index) => string.Create(
                CultureInfo.InvariantCulture, $"{row.Count(value => value > 0)}/{row.Count(value => value == 0)}/{row.Count(value => value < 0)} (p {chances[index]:F2})")))} |");
        }
    }
}
