using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Test accuracy of the trainers at their defaults on the published splits of three archive sets, five seeds each.</summary>
internal static class AccuracyBenchmark
{
    private const int Seeds = 5;

    private static readonly string[] Sets = ["JapaneseVowels", "ItalyPowerDemand", "ArrowHead"];

    // The networks, and the baselines that none of them should be worse than.
    private static readonly (string Name, Func<MLContext, int, IEstimator<NetworkTransformer>> AtDefaults)[] Trainers =
    [
        .. SequenceTrainers.All.Select(trainer => (trainer.Name, trainer.AtDefaults)),
        ("RandomConvolution", (ml, seed) =>
            ml.MulticlassClassification.Trainers.RandomConvolution(new RandomConvolutionOptions { Seed = seed })),
    ];

    public static IEnumerable<string> TrainerNames => Trainers.Select(trainer => trainer.Name);

    /// <param name="only">The one trainer to measure, or null for all.</param>
    public static string Run(string? only)
    {
        var trainers = Trainers.Where(trainer => only is null || trainer.Name == only).ToList();
        if (trainers.Count == 0)
        {
            throw new ArgumentException($"There is no trainer {only}; there are {string.Join(", ", TrainerNames)}.");
        }
        var report = new StringBuilder();
        report.AppendLine("| set | trainer | accuracy, mean | spread (min to max) | longest fit, s |");
        report.AppendLine("|---|---|---|---|---|");
        foreach (var set in Sets)
        {
            var (train, test) = (Find(set, "TRAIN"), Find(set, "TEST"));
            if (train is null || test is null)
            {
                report.AppendLine(CultureInfo.InvariantCulture,
                    $"| {set} | skipped: the data is not in ../shared/data or MLX_DATA | | | |");
                continue;
            }
            foreach (var trainer in trainers)
            {
                report.AppendLine(Row(set, trainer.Name, Enumerable.Range(1, Seeds)
                    .Select(seed => Measure(trainer.Name, trainer.AtDefaults(new MLContext(seed), seed), train, test, seed)).ToList()));
            }
        }
        return report.ToString();
    }

    private static string? Find(string set, string part) => SharedData.Find($"ucr_uea/{set}/{set}_{part}.ts");

    private static Result Measure(string name, IEstimator<NetworkTransformer> trainer, string trainFile, string testFile, int seed)
    {
        var ml = new MLContext(seed);
        var clock = Stopwatch.StartNew();
        using var model = (TransformerChain<NetworkTransformer>)ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(trainer)
            .Fit(ml.Data.LoadFromTsFile(trainFile));
        var seconds = clock.Elapsed.TotalSeconds;
        var metrics = ml.MulticlassClassification.Evaluate(model.Transform(ml.Data.LoadFromTsFile(testFile)));
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Path.GetFileName(testFile)}, {name}, seed {seed}: {metrics.MicroAccuracy:F4}, {seconds:F1} s"));
        return new Result(metrics.MicroAccuracy, seconds);
    }

    private static string Row(string set, string trainer, List<Result> results) => string.Create(CultureInfo.InvariantCulture,
        $"| {set} | {trainer} | {results.Average(r => r.Accuracy):F4} | {results.Min(r => r.Accuracy):F4} to {results.Max(r => r.Accuracy):F4} "
        + $"| {results.Max(r => r.Seconds):F0} |");

    private sealed record Result(double Accuracy, double Seconds);
}
