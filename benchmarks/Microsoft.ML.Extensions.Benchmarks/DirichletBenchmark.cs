using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// The published experiment of Radhakrishnan, Belkin and Uhler (arXiv 2204.14126) at 1,000 training and 2,000 test rows: two Dirichlet
/// classes on the sphere, classified by infinitely deep networks; and the cost of a wrong singularity order.
/// </summary>
internal static class DirichletBenchmark
{
    private const int TrainRows = 1000, ManyTrainRows = 10_000, TestRows = 2000, Seeds = 5, SolvedDepth = 100;

    private static readonly double[] s_orders = [1, 2, 4, 6, 7, 8, 9, 10, 12, 16, 32];

    /// <summary>The paper's sines, matched except in two numbers, where the order is 1.19 instead of 1.</summary>
    private static readonly Dictionary<int, double> s_sines = new() { [2] = 1, [3] = 2.676, [5] = 6.13539, [9] = 13.8258 };

    private static readonly (string Name, Func<DirichletProblem, int, int[]> Classify)[] s_classifiers =
    [
        ("Bayes", (problem, _) => problem.Bayes()),
        ("1-NN", (problem, _) => problem.Classify(Limit(DualActivation.Hermite(2)))),
        ("majority", (problem, _) => problem.Classify(Limit(DualActivation.Gelu()))),
        ("Hilbert", (problem, columns) => problem.Classify(InfiniteDepth.Hilbert(columns - 1))),
        ("matched", (problem, columns) => problem.Classify(Limit(DualActivation.OptimalFor(columns - 1)))),
        ("matched, solved", (problem, columns) =>
            problem.Solve(new DeepKernel(DualActivation.OptimalFor(columns - 1), SolvedDepth, NetworkKernel.Nngp))),
        ("sine", (problem, columns) => problem.Classify(Limit(DualActivation.Sine(s_sines[columns])))),
        ("erf", (problem, _) => problem.Classify(Limit(DualActivation.Erf()))),
    ];

    public static string Run()
    {
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Accuracy of {Seeds} draws of {TrainRows} training and {TestRows} test rows, with the standard error of their mean. Every network is infinitely deep, in closed form, but for \"solved\": an NNGP of depth {SolvedDepth} by Cholesky. Agreement is the share of the labels that are Hilbert's.");
        report.AppendLine();
        report.AppendLine($"| D | {string.Join(" | ", s_classifiers.Select(classifier => classifier.Name))} | agreement of matched | of solved |");
        report.AppendLine($"|---|{string.Concat(Enumerable.Repeat("---|", s_classifiers.Length + 2))}");
        foreach (var columns in DirichletClasses.Published)
        {
            Add(report, Experiment(columns));
        }
        report.AppendLine().AppendLine(
            CultureInfo.InvariantCulture,
            $"In 9 numbers (d = 8): accuracy of the activation that is optimal for another dimension; one draw, {TestRows} test rows.")
                .AppendLine();
        report.AppendLine($"| training rows | estimate of d | Bayes | {string.Join(" | ", s_orders.Select(order => $"d = {order}"))} |");
        report.AppendLine($"|---|---|---|{string.Concat(Enumerable.Repeat("---|", s_orders.Length))}");
        foreach (var rows in new[] { TrainRows, ManyTrainRows })
        {
            Add(report, WrongOrders(rows));
        }
        return report.ToString();
    }

    private static InfiniteDepth Limit(DualActivation dual) => InfiniteDepth.Of(dual, NetworkKernel.Ntk);

    private static string Experiment(int columns)
    {
        var draws = Enumerable.Range(1, Seeds).Select(seed => Draw(columns, seed)).ToArray();
        var cells = Enumerable.Range(0, s_classifiers.Length).Select(i => Cell(draws.Select(draw => draw.Accuracies[i]))).ToList();
        cells.Add(Cell(draws.Select(draw => draw.Matched)));
        cells.Add(Cell(draws.Select(draw => draw.Solved)));
        return $"| {columns} | {string.Join(" | ", cells)} |";
    }

    private static (double[] Accuracies, double Matched, double Solved) Draw(int columns, int seed)
    {
        var problem = DirichletProblem.Draw(columns, TrainRows, TestRows, seed);
        var labels = s_classifiers.ToDictionary(classifier => classifier.Name, classifier => classifier.Classify(problem, columns));
        return ([.. s_classifiers.Select(classifier => problem.Accuracy(labels[classifier.Name]))],
            DirichletProblem.Agreement(labels["Hilbert"], labels["matched"]),
                DirichletProblem.Agreement(labels["Hilbert"], labels["matched, solved"]));
    }

    private static string WrongOrders(int rows)
    {
        var problem = DirichletProblem.Draw(9, rows, TestRows, seed: 1);
        var cells = s_orders.Select(order =>
            problem.Accuracy(problem.Classify(Limit(DualActivation.OptimalFor(order)))).ToString("F4", CultureInfo.InvariantCulture));
        return string.Create(
            CultureInfo.InvariantCulture,
                $"| {rows} | {IntrinsicDimension.Estimate(problem.TrainRows, 9):F2} | {problem.Accuracy(problem.Bayes()):F4} | {string.Join(" | ", cells)} |");
    }

    private static string Cell(IEnumerable<double> values)
    {
        var (mean, count) = (values.Average(), values.Count());
        var error = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (count * (count - 1)));
        return string.Create(CultureInfo.InvariantCulture, $"{mean:F4} ± {error:F4}");
    }

    private static void Add(StringBuilder report, string row)
    {
        Console.Error.WriteLine(row);
        report.AppendLine(row);
    }
}
