using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Ensembles of five networks, which the trainers make below 500 rows, against one network that learned from all of them.</summary>
internal static class CompressionBenchmark
{
    private const int Seed = 1;

    // Of the archive's classifications those of fewer than 500 training rows and more test rows than those of training.
    private static readonly string[] s_sets = ["ArrowHead", "ItalyPowerDemand", "JapaneseVowels", "OSULeaf"];

    private static readonly (string Name, Action<CompressionOptions> Change)[] s_students =
    [
        ("taught", _ => { }),
        ("taught, also by mixtures", options => options.MixRows = true),
        ("labels alone", options => options.DistillationWeight = 0),
    ];

    public static string Run()
    {
        var report = new StringBuilder();
        report.AppendLine("ParaRnn with default options and Base None: five networks, and one of the same sizes (`CompressionStrategy.SingleNetwork`). Accuracy on the published test rows; the standard error is that of the ensemble's accuracy. Rows a second as measured on the test rows, the fastest of three readings.");
        report.AppendLine();
        report.AppendLine("| set | training rows | test rows | ensemble | standard error | student | accuracy | difference | within one standard error | rows a second |");
        report.AppendLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var set in ArchiveSets.All.Where(set => s_sets.Contains(set.Name)))
        {
            var ml = new MLContext(Seed);
            if (set.Train(ml) is not { } train || set.Test(ml) is not { } test)
            {
                return "The archive's sets are not available.";
            }
            var options = new ParaRnnOptions { Base = SequenceBase.None };
            options.Training.Seed = Seed;
            using var teacher = ml.MulticlassClassification.Trainers.ParaRnn(options).Fit(train);
            foreach (var (name, change) in s_students)
            {
                var compression = new CompressionOptions { Strategy = CompressionStrategy.SingleNetwork, CandidateEpochs = 1, Seed = Seed };
                change(compression);
                // The only candidate wins whatever its accuracy, so the measure may be that of the test rows.
                using var compressed = ml.Model.Compress(teacher, train, test, compression);
                var (one, other) = (compressed.Report.Teacher.Measure!, compressed.Report.Student.Measure!);
                var error = Math.Sqrt(one.Accuracy * (1 - one.Accuracy) / one.Rows);
                report.AppendLine(CultureInfo.InvariantCulture,
                    $"| {set.Name} | {ArchiveSets.Rows(train, false).Count} | {one.Rows} | {one.Accuracy:F4} | {error:F4} | {name} | {other.Accuracy:F4} | {other.Accuracy - one.Accuracy:F4} | {(other.Accuracy >= one.Accuracy - error ? "yes" : "no")} | x {compressed.Report.RowsPerSecondRatio:F1} |");
                Console.Error.WriteLine(report.ToString().Split('\n')[^2]);
            }
        }
        return report.ToString();
    }
}
