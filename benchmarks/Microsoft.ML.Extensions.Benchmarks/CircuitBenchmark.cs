using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Methods that find circuits, on known circuits: compiled, and trained and ablated; another command measures planted circuits and sizes.
/// </summary>
internal static class CircuitBenchmark
{
    private const int Seeds = 3, Examples = 100;

    public static string Run()
    {
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Areas under the ROC curve, means over {Seeds} seeds of examples and of methods, {Examples} positive and {Examples} negative examples; .5 is chance, - where a method scores no edge or there is none of both kinds. Seconds of one run.");
        report.AppendLine();
        Known(report);
        return report.ToString();
    }

    public static string RunSizes()
    {
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Areas under the ROC curve over heads, means over {Seeds} seeds of examples and of methods; .5 is chance.");
        report.AppendLine();
        Planted(report);
        Sweeps(report);
        return report.ToString();
    }

    private static CircuitMethod[] Methods(int seed) =>
    [
        Default(new() { Seed = seed }),
        Default(new() { Seed = seed, Steps = 1 }),
        Default(new() { Seed = seed, Scoring = CircuitScoring.CodeContrast }),
        Published(options => options.Seed = seed),
        new GradientTimesActivation(),
        new EdgeAttributionPatching(),
        new EdgeAttributionPatching(AblationKind.Mean),
        new HeadAblation(AblationKind.Zero, edges: true),
        new HeadAblation(AblationKind.Mean, edges: true),
        new HeadAblation(AblationKind.Resample, edges: true),
        new AutomaticCircuitDiscovery(),
        new SubnetworkProbing(new() { Seed = seed }),
    ];

    private static SparseAutoencoderCircuit Default(CircuitFinderOptions options) => new(options);

    private static SparseAutoencoderCircuit Published(Action<CircuitFinderOptions> change)
    {
        var options = CircuitFinderOptions.Published();
        change(options);
        return new SparseAutoencoderCircuit(options);
    }

    private static void Known(StringBuilder report)
    {
        string[] names = ["SAE, coded attribution (default)", "SAE, coded attribution, 1 step", "SAE, code contrast",
            "SAE, published recipe", "gradient x activation", "edge attribution patching", "edge attribution patching, means",
                "zero ablation", "mean ablation", "resample ablation", "ACDC", "subnetwork probing"];
        using var problems = new KnownCircuitProblems();
        foreach (var problem in problems.All())
        {
            report.AppendLine(CultureInfo.InvariantCulture, $"## {problem.Name}");
            report.AppendLine();
            report.AppendLine($"| method | {string.Join(" | ", problem.Truths.Select(truth => $"{truth.Name}: heads | edges"))} | s |");
            report.AppendLine($"|---|{string.Concat(Enumerable.Repeat("---|", (2 * problem.Truths.Count) + 1))}");
            for (var index = 0; index < names.Length; index++)
            {
                var aucs = new List<double?[]>();
                var seconds = 0.0;
                for (var seed = 1; seed <= Seeds; seed++)
                {
                    var task = problem.Task(Examples, seed);
                    CircuitScores scores = null!;
                    seconds += Timing.Seconds(() => scores = Methods(seed)[index].Score(problem.Model, task)) / Seeds;
                    aucs.Add([.. problem.Truths.SelectMany(truth =>
                    {
                        var (nodes, edges) = scores.Against(truth.Truth);
                        return new[] { nodes, edges };
                    })]);
                }
                var means = Enumerable.Range(0, aucs[0].Length).Select(column => Shown(aucs.Average(row => row[column])));
                Add(report, $"| {names[index]} | {string.Join(" | ", means)} | {seconds.ToString("F2", CultureInfo.InvariantCulture)} |");
            }
            report.AppendLine();
        }
    }

    private static void Planted(StringBuilder report)
    {
        const int Permutations = 2;
        report.AppendLine("## planted, 8 of 32 heads");
        report.AppendLine();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"No targets, so by codes alone. Permuted: the mean over {Permutations} permutations of the labels.");
        report.AppendLine();
        report.AppendLine("| what a circuit's head adds | tokens marked | code contrast | permuted | published recipe | permuted |");
        report.AppendLine("|---|---|---|---|---|---|");
        foreach (var strong in new[] { false, true })
        {
            foreach (var marked in new[] { 1.0, 0.3 })
            {
                double[] sums = new double[4];
                for (var seed = 1; seed <= Seeds; seed++)
                {
                    using var planted = PlantedCircuit.Create(strong, Examples, marked, seed);
                    var methods = new[] { Default(new() { Seed = seed, Scoring = CircuitScoring.CodeContrast, Edges = false }),
                        Published(options => (options.Seed, options.Edges) = (seed, false)) };
                    for (var method = 0; method < methods.Length; method++)
                    {
                        sums[2 * method] += methods[method].Score(planted.Model, planted.Task).Against(planted.Truth)
                            .NodeAuc!.Value / Seeds;
                        sums[(2 * method) + 1] += Enumerable.Range(1, Permutations).Average(permutation =>
                            methods[method].Score(planted.Model, planted.Permuted((100 * seed) + permutation)).Against(planted.Truth)
                                .NodeAuc!.Value) / Seeds;
                    }
                }
                Add(report, $"| {(strong ? "one strong direction" : "other vectors")} | {marked.ToString("P0", CultureInfo.InvariantCulture)} | {string.Join(" | ", sums.Select(sum => Shown(sum)))} |");
            }
        }
        report.AppendLine();
    }

    private static void Sweeps(StringBuilder report)
    {
        report.AppendLine("## sizes, on the induction model (its three most important heads) and planted heads (other vectors)");
        report.AppendLine();
        report.AppendLine("| | induction: default | published | planted: code contrast | published |");
        report.AppendLine("|---|---|---|---|---|");
        foreach (var features in new[] { 50, 200, 800 })
        {
            Sweep(report, $"{features} features", Examples, options => options.Features = features);
        }
        foreach (var factor in new[] { 0.1, 10 })
        {
            Sweep(report, string.Create(CultureInfo.InvariantCulture, $"{factor} lambda"), Examples, options => options.Sparsity *= factor);
        }
        foreach (var examples in new[] { 5, 10, 25, 100, 250 })
        {
            Sweep(report, $"{examples} examples of each class", examples, _ => { });
        }
    }

    private static void Sweep(StringBuilder report, string name, int examples, Action<CircuitFinderOptions> change)
    {
        using var problems = new KnownCircuitProblems();
        var induction = problems.Induction();
        var truth = induction.Truths[2].Truth;
        var sums = new double[4];
        for (var seed = 1; seed <= Seeds; seed++)
        {
            SparseAutoencoderCircuit With(CircuitFinderOptions options)
            {
                (options.Seed, options.Edges, options.Permutations) = (seed, false, 0);
                change(options);
                return new SparseAutoencoderCircuit(options);
            }
            var task = induction.Task(examples, seed);
            using var planted = PlantedCircuit.Create(strong: false, examples, 1, seed);
            sums[0] += With(new()).Score(induction.Model, task).Against(truth).NodeAuc!.Value / Seeds;
            sums[1] += With(CircuitFinderOptions.Published()).Score(induction.Model, task).Against(truth).NodeAuc!.Value / Seeds;
            sums[2] += With(new() { Scoring = CircuitScoring.CodeContrast }).Score(planted.Model, planted.Task).Against(planted.Truth)
                .NodeAuc!.Value / Seeds;
            sums[3] += With(CircuitFinderOptions.Published()).Score(planted.Model, planted.Task).Against(planted.Truth)
                .NodeAuc!.Value / Seeds;
        }
        Add(report, $"| {name} | {string.Join(" | ", sums.Select(sum => Shown(sum)))} |");
    }

    private static void Add(StringBuilder report, string row)
    {
        Console.Error.WriteLine(row);
        report.AppendLine(row);
    }

    private static string Shown(double? auc) => auc?.ToString("F2", CultureInfo.InvariantCulture) ?? "-";
}
