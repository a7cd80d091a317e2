using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Tool;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>What a search over options gains on tables: 20 trials of <c>mlx sweep</c>, beside the defaults, LightGBM and FastTree.</summary>
internal static class SweepBenchmark
{
    private const int Trials = 20, Folds = 3;

    // By size: some hundred rows of numbers, of numbers and categories, and of four classes.
    private static readonly string[] s_sets = ["ionosphere", "credit.a", "vehicle"];
    private static readonly string[] s_searched = ["NeuralTangentKernel", "DeepNetwork"];
    private static readonly Screen s_screen = new(TextWriter.Null, TextWriter.Null);

    private static readonly TrainerEntry s_fastTree = new("FastTree", "Microsoft.ML.FastTree", false, true, null,
        new Dictionary<TaskName, Func<MLContext, TrainerPlan, IEstimator<ITransformer>>>
        {
            [TaskName.Classification] = (ml, plan) => ml.MulticlassClassification.Trainers.OneVersusAll(
                ml.BinaryClassification.Trainers.FastTree(plan.Request.Label), plan.Request.Label),
        });

    /// <param name="seeds">How many splits.</param>
    public static string Run(int seeds)
    {
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture, $"A fifth of the rows is held out, {seeds} splits: mean accuracy there, and seconds of a training with its search. Trials are measured by {Folds} folds of the other rows; LightGBM and FastTree (one against all) have their defaults.");
        report.AppendLine().AppendLine($"| trainer | {string.Join(" | ", s_sets)} |").AppendLine($"|---|{string.Concat(s_sets.Select(_ => "---|"))}");
        var (lightGbm, searched) = (TrainerList.All.Single(entry => entry.Name == "LightGbm"), s_searched.Select(name => TrainerList.All.Single(entry => entry.Name == name)));
        foreach (var (entry, trials) in searched.SelectMany(entry => new[] { (entry, 1), (entry, Trials) }).Prepend((s_fastTree, 1)).Prepend((lightGbm, 1)))
        {
            var line = $"| {entry.Name}{(trials > 1 ? $", {trials} trials" : "")} | {string.Join(" | ", s_sets.Select(set => Measured(set, entry, trials, seeds)))} |";
            Console.Error.WriteLine(line);
            report.AppendLine(line);
        }
        return report.ToString();
    }

    private static string Measured(string set, TrainerEntry entry, int trials, int seeds)
    {
        if (SharedData.Find($"uci_arff/{set}.arff") is not { } file)
        {
            return "skipped";
        }
        var clock = Stopwatch.StartNew();
        var accuracy = Enumerable.Range(1, seeds).Average(seed => Accuracy(file, entry, trials, seed));
        return string.Create(CultureInfo.InvariantCulture, $"{accuracy:F3} ({clock.Elapsed.TotalSeconds / seeds:F0} s)");
    }

    private static double Accuracy(string file, TrainerEntry entry, int trials, int seed)
    {
        var data = DataFile.ForTraining(new MLContext(seed), file, new ReadSettings(), TaskName.Classification, null, null);
        var request = new TrainRequest(TaskName.Classification, data.Label!, null, []);
        var (train, test) = new Tool.Training(seed, request, s_screen, default).Split(data);
        if (trials > 1)
        {
            var best = new OptionSearch(seed, request, entry, s_screen, default).Run(train, trials, Folds, TimeSpan.FromHours(1))
                .Where(trial => trial.Metric is not null).MaxBy(trial => trial.Metric)!;
            request = request with { Settings = best.Settings };
        }
        var training = new Tool.Training(seed, request, s_screen, default);
        var trained = training.Fit(training.Plan(entry), train, default);
        using var model = trained.Model as IDisposable;
        return Evaluation.Of(new MLContext(seed), TaskName.Classification, trained.Model, test).Primary.Value;
    }
}
