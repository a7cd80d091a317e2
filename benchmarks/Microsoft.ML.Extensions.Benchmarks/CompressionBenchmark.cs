using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Ensembles of five networks, which the trainers make below 500 rows, against one network that learned from all of them.</summary>
internal static class CompressionBenchmark
{
    private const int Seed = 1, Folds = 5;

    private const string Skipped = "Skipped: the archive's sets are not in ../shared/data or MLX_DATA.";

    // Of the archive's classifications those of fewer than 500 training rows and more test rows than those of training.
    private static readonly string[] s_sets = ["ArrowHead", "ItalyPowerDemand", "JapaneseVowels", "OSULeaf"];

    private static readonly (string Name, Action<CompressionOptions, int> Change)[] s_students =
    [
        ("taught", (_, _) => { }),
        ("taught, also by mixtures", (options, _) => options.MixRows = true),
        ("labels alone", (options, _) => options.DistillationWeight = 0),
    ];

    // Teaching by functions is said to take many epochs (Beyer et al. 2022, arXiv 2106.05237).
    private static readonly (string Name, Action<CompressionOptions, int> Change)[] s_patient =
    [
        ("taught, three times the epochs", (options, rows) => options.FinalEpochs = 3 * Epochs(rows)),
        ("also by mixtures, three times the epochs", (options, rows) => (options.MixRows, options.FinalEpochs) = (true, 3 * Epochs(rows))),
    ];

    /// <summary>The published test rows.</summary>
    public static string Run()
    {
        var report = new StringBuilder();
        report.AppendLine("ParaRnn with default options and Base None: five networks, and one of the same sizes (`CompressionStrategy.SingleNetwork`). Accuracy on the published test rows; the standard error is that of the ensemble's accuracy. Rows a second as measured on the test rows, the fastest of three readings in turns.");
        report.AppendLine();
        report.AppendLine("| set | training rows | test rows | ensemble | standard error | student | accuracy | difference | within one standard error | rows a second |");
        report.AppendLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var set in ArchiveSets.All.Where(set => s_sets.Contains(set.Name)))
        {
            var ml = new MLContext(Seed);
            if (set.Train(ml) is not { } train || set.Test(ml) is not { } test)
            {
                return Skipped;
            }
            using var teacher = Teacher(ml, train);
            foreach (var (name, change) in s_students)
            {
                using var compressed = Student(ml, teacher, train, test, change);
                var (one, other) = (compressed.Report.Teacher.Measure!, compressed.Report.Student.Measure!);
                var error = Math.Sqrt(one.Accuracy * (1 - one.Accuracy) / one.Rows);
                report.AppendLine(CultureInfo.InvariantCulture,
                    $"| {set.Name} | {ArchiveSets.Rows(train, false).Count} | {one.Rows} | {one.Accuracy:F4} | {error:F4} | {name} | {other.Accuracy:F4} | {other.Accuracy - one.Accuracy:F4} | {(other.Accuracy >= one.Accuracy - error ? "yes" : "no")} | x {compressed.Report.RowsPerSecondRatio:F1} |");
                Console.Error.WriteLine(report.ToString().Split('\n')[^2]);
            }
        }
        return report.ToString();
    }

    /// <summary>Cross-validation inside the training rows, by which the defaults are chosen.</summary>
    /// <param name="only">One set; null for all.</param>
    public static string RunChoices(string? only)
    {
        (string Name, Action<CompressionOptions, int> Change)[] students = [.. s_students, .. s_patient];
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"As `compression`, by cross-validation of {Folds} folds inside the training rows: rows that are wrong.").AppendLine();
        report.AppendLine($"| set | training rows | ensemble | {string.Join(" | ", students.Select(student => student.Name))} |");
        report.AppendLine($"|---|---|---|{string.Concat(students.Select(_ => "---|"))}");
        foreach (var set in ArchiveSets.All.Where(set => s_sets.Contains(set.Name) && (only is null || set.Name == only)))
        {
            var ml = new MLContext(Seed);
            if (set.Train(ml) is not { } all)
            {
                return Skipped;
            }
            var (rows, wrong) = (0L, new double[students.Length + 1]);
            foreach (var fold in ml.Data.CrossValidationSplit(all, Folds, seed: Seed))
            {
                using var teacher = Teacher(ml, fold.TrainSet);
                for (var student = 0; student < students.Length; student++)
                {
                    using var compressed = Student(ml, teacher, fold.TrainSet, fold.TestSet, students[student].Change);
                    var (one, other) = (compressed.Report.Teacher.Measure!, compressed.Report.Student.Measure!);
                    wrong[student + 1] += (1 - other.Accuracy) * other.Rows;
                    if (student == 0)
                    {
                        rows += one.Rows;
                        wrong[0] += (1 - one.Accuracy) * one.Rows;
                    }
                }
            }
            report.AppendLine(CultureInfo.InvariantCulture, $"| {set.Name} | {rows} | {string.Join(" | ", wrong.Select(count => count.ToString("F0", CultureInfo.InvariantCulture)))} |");
            Console.Error.WriteLine(report.ToString().Split('\n')[^2]);
        }
        return report.ToString();
    }

    private static int Epochs(int rows) => TrainingPlan.For(new TrainingOptions(), 1, rows).Epochs;

    private static NetworkTransformer Teacher(MLContext ml, IDataView train)
    {
        var options = new ParaRnnOptions { Base = SequenceBase.None };
        options.Training.Seed = Seed;
        return (NetworkTransformer)ml.MulticlassClassification.Trainers.ParaRnn(options).Fit(train);
    }

    // The only candidate wins whatever its accuracy, so its measure may be that of the rows to report on.
    private static CompressedModel Student(MLContext ml, NetworkTransformer teacher, IDataView train, IDataView test, Action<CompressionOptions, int> change)
    {
        var compression = new CompressionOptions { Strategy = CompressionStrategy.SingleNetwork, CandidateEpochs = 1, Seed = Seed };
        change(compression, ArchiveSets.Rows(train, false).Count);
        return ml.Model.Compress(teacher, train, test, compression);
    }
}
