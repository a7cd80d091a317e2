using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// The evidence for the defaults of RandomConvolution: cross-validation within the training parts of the archive's sets. The test parts
/// are not read.
/// </summary>
internal static class RandomConvolutionChoices
{
    private const int Folds = 5;
    private const int Seeds = 3;

    private static readonly (string Name, Action<RandomConvolutionOptions> Change)[] Variants =
    [
        .. from pooling in Enum.GetValues<RandomConvolutionPooling>().Cast<RandomConvolutionPooling?>().Append(null)
           from differences in new bool?[] { null, false, true }
           where pooling is null == differences is null
           select Variant(pooling, differences, 10_000),
        Variant(null, null, 5_000),
    ];

    public static string Run(string? only)
    {
        var sets = ArchiveSets.All.Where(set => only is null || set.Name == only).ToList();
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Error of {Folds}-fold cross-validation inside train, mean of {Seeds} seeds: the share of wrong classes and, after the slash, the log-loss; for numbers the root mean squared error over the targets' deviation.");
        report.AppendLine();
        report.AppendLine($"| variant | {string.Join(" | ", sets.Select(set => set.Name))} |");
        report.AppendLine($"|---|{string.Concat(sets.Select(_ => "---|"))}");
        foreach (var (name, change) in Variants)
        {
            var row = $"| {name} | {string.Join(" | ", sets.Select(set => Measure(set, change)))} |";
            Console.Error.WriteLine(row);
            report.AppendLine(row);
        }
        return report.ToString();
    }

    private static string Measure(ArchiveSets set, Action<RandomConvolutionOptions> change)
    {
        var (first, second) = (0.0, 0.0);
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var ml = new MLContext(seed);
            if (set.Train(ml) is not { } train)
            {
                return "no data";
            }
            var options = new RandomConvolutionOptions { Seed = seed };
            change(options);
            if (set.IsRegression)
            {
                var results = ml.Regression.CrossValidate(train, ml.Regression.Trainers.RandomConvolution(options), Folds);
                var targets = ArchiveSets.Rows(train, true).Select(row => double.Parse(row.Label, CultureInfo.InvariantCulture)).ToArray();
                first += Math.Sqrt(results.Average(result => result.Metrics.MeanSquaredError) / targets.Average(
                    target => Math.Pow(target - targets.Average(), 2)));
            }
            else
            {
                var results = ml.MulticlassClassification.CrossValidate(
                    train, ml.MulticlassClassification.Trainers.RandomConvolution(options), Folds);
                first += 1 - results.Average(result => result.Metrics.MicroAccuracy);
                second += results.Average(result => result.Metrics.LogLoss);
            }
        }
        return set.IsRegression ? string.Create(CultureInfo.InvariantCulture, $"{first / Seeds:f3}")
            : string.Create(CultureInfo.InvariantCulture, $"{first / Seeds:f3} / {second / Seeds:f3}");
    }

    private static (string Name, Action<RandomConvolutionOptions> Change) Variant(
        RandomConvolutionPooling? pooling, bool? differences, int features) => (
        string.Create(CultureInfo.InvariantCulture,
            $"{(pooling is { } one ? $"{one}{(differences is true ? ", differences" : "")}" : "chosen by rows left out")}, {features:n0}"),
        options => (options.Pooling, options.Differences, options.Features) = (pooling, differences, features));
}
