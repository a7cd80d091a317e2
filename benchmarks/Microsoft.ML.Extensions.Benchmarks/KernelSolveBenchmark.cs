using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// The speed of kernels and solves, compared with libtorch's own product and solver, and the time of whole fits. Each size runs in its own
/// process, whose peak memory is reported.
/// </summary>
internal static class KernelSolveBenchmark
{
    /// <summary>The first argument of the program that measures.</summary>
    public const string Argument = "kernel-solve";

    private const int Coordinates = 50, Depth = 3, Outputs = 3;
    private const double Ridge = 0.1;

    private static readonly TimeSpan LongestMeasure = TimeSpan.FromHours(2);

    private static readonly int[] Exact = [2000, 5000, 10_000];
    private static readonly int[] Fits = [2000, 5000, 10_000, 100_000];

    public static string Run()
    {
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"NTK of ReLU, depth {Depth}, {Coordinates} coordinates, Float64, ridge {Ridge}, {Outputs} right-hand sides; {get_num_threads()} threads.");
        report.AppendLine("GFLOP/s count the kernel's inner products (n^2 d) and the factorisation (n^3 / 3).");
        report.AppendLine();
        report.AppendLine("| n | kernel, s | GFLOP/s | its product alone by torch.mm, s | factor, s | GFLOP/s | torch.linalg.cholesky, s | solve, s | inverse's diagonal, s | torch.linalg.solve, s | peak beside the matrix, of n^2 doubles |");
        report.AppendLine("|---|---|---|---|---|---|---|---|---|---|---|");
        Append(report, Exact.Select(size => $"systems {size}"));
        report.AppendLine();
        report.AppendLine("Whole fits of the trainer at its defaults: 20 features, two classes; conjugate gradients beyond 10,000 rows.");
        report.AppendLine();
        report.AppendLine("| rows | fit, s | accuracy on 2000 more rows | scoring, rows/s | peak of the program, MB |");
        report.AppendLine("|---|---|---|---|---|");
        Append(report, Fits.Select(size => $"fit {size}"));
        return report.ToString();
    }

    /// <summary>The work of the child process: writes a row of a table.</summary>
    public static void Measure(string what, int size) => Console.WriteLine(what == "fit" ? Fit(size) : Systems(size));

    private static void Append(StringBuilder report, IEnumerable<string> measures)
    {
        foreach (var measure in measures)
        {
            var child = ChildProcess.Run(
                typeof(KernelSolveBenchmark).Assembly.GetName().Name!, [Argument, .. measure.Split(' ')], _ => { }, LongestMeasure);
            var row = child.ExitCode == 0 ? child.OutputLines[^1]
                : throw new InvalidOperationException($"{measure} ended with {child.ExitCode}: {child.Errors}");
            Console.Error.WriteLine(row);
            report.AppendLine(row);
        }
    }

    private static string Systems(int n)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var points = randn([n, Coordinates], ScalarType.Float64, generator: generator);
        points = points / (points * points).sum([1], keepdim: true).sqrt();
        var targets = randn([n, Outputs], ScalarType.Float64, generator: generator);
        double[] diagonal = [.. Enumerable.Repeat(Ridge, n)];
        var kernel = new DeepKernel(DualActivation.Relu(), Depth, NetworkKernel.Ntk);
        KernelSystem.Build(points.narrow(0, 0, 512), kernel, () => { }).Dispose();
        using var process = Process.GetCurrentProcess();
        var before = process.WorkingSet64;

        SymmetricSystem system = null!;
        var build = Seconds(() => system = KernelSystem.Build(points, kernel, () => { }));
        var factor = Seconds(() => system.TryFactor(diagonal));
        var solve = Seconds(() => system.Solve(targets).Dispose());
        var inverse = Seconds(() => system.InverseDiagonal());
        process.Refresh();
        var peak = (process.PeakWorkingSet64 - before) / ((double)sizeof(double) * n * n);
        var solution = system.Solve(targets);
        using var dense = system.Kernel();
        system.Dispose();
        dense.diagonal().Add(Ridge);
        var product = Seconds(() => points.mm(points.t()).Dispose());
        var cholesky = Seconds(() => linalg.cholesky(dense).Dispose());
        Tensor expected = null!;
        var reference = Seconds(() => expected = linalg.solve(dense, targets));
        var error = (expected - solution).abs().max().Item<double>();
        if (error > 1e-8)
        {
            throw new InvalidOperationException($"The solutions differ by {error}.");
        }
        return string.Create(CultureInfo.InvariantCulture,
            $"| {n} | {build:F2} | {1e-9 * n * n * Coordinates / build:F1} | {product:F2} | {factor:F2} | {1e-9 * Math.Pow(n, 3) / 3 / factor:F1} | {cholesky:F2} | {solve:F2} | {inverse:F2} | {reference:F2} | {peak:F2} |");
    }

    private static string Fit(int n)
    {
        var ml = new MLContext(1);
        var clock = Stopwatch.StartNew();
        using var model = ml.BinaryClassification.Trainers.NeuralTangentKernel(new NeuralTangentKernelOptions { Seed = 1 })
            .Fit(Rows(ml, n, 1));
        var seconds = clock.Elapsed.TotalSeconds;
        var test = Rows(ml, 2000, 2);
        clock.Restart();
        var accuracy = ml.BinaryClassification.Evaluate(model.Transform(test)).Accuracy;
        var speed = 2000 / clock.Elapsed.TotalSeconds;
        return string.Create(CultureInfo.InvariantCulture,
            $"| {n} | {seconds:F0} | {accuracy:F3} | {speed:F0} | {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} |");
    }

    // Two classes by the sign of a smooth function of a few of 20 features, with a tenth of the labels flipped.
    private static IDataView Rows(MLContext ml, int count, int seed)
    {
        const int features = 20;
        var random = new Random(seed);
        var definition = SchemaDefinition.Create(typeof(Row));
        definition[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features);
        return ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(_ =>
        {
            var row = new Row { Features = [.. Enumerable.Range(0, features).Select(_ => (float)Normal.Next(random))] };
            var value = Math.Sin(row.Features[0] + row.Features[1]) + (row.Features[2] * row.Features[3]) + (0.5 * row.Features[4]);
            row.Label = value > 0 != random.NextDouble() < 0.1;
            return row;
        }).ToArray(), definition);
    }

    private static double Seconds(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalSeconds;
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }
}
