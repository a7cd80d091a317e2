using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// How closely a constructed, untrained single-layer Transformer approximates functions of 2 to 4 numbers from 0 to 1, for growing inner
/// width of its position-wise network, with and without the position code.
/// </summary>
internal static class ApproximationBenchmark
{
    private static readonly int[] Widths = [16, 64, 256, 1024];

    private static readonly (string Name, Func<double[], int, double> Value)[] Targets =
    [
        ("reverse", (x, step) => x[^(step + 1)]),
        ("max", (x, _) => x.Max()),
        ("sort", (x, step) => x.Order().ElementAt(step)),
        // 1 or -1 at the corners of the box as the number of ones is even or odd; in between, the only function that is linear in each
        // number.
        ("parity", (x, _) => x.Aggregate(1.0, (product, value) => product * (1 - (2 * value)))),
    ];

    public static string Run()
    {
        var report = new StringBuilder();
        report.AppendLine("Largest (sup) and root mean squared (rms) error at sequences that the fit did not see. Slope: of log error over log width. Least: the");
        report.AppendLine("bound below which no network without places can fall.");
        report.AppendLine();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"| target | n | places | least | error | {string.Join(" | ", Widths.Select(width => $"width {width}"))} | slope | fits, s |");
        report.AppendLine(CultureInfo.InvariantCulture,
            $"|---|---|---|---|---|{string.Concat(Enumerable.Repeat("---|", Widths.Length))}---|---|");
        foreach (var (name, value) in Targets)
        {
            foreach (var steps in new[] { 2, 3, 4 })
            {
                Measure(report, name, value, steps, positionCode: true);
                Measure(report, name, value, steps, positionCode: false);
            }
        }
        return report.ToString();
    }

    private static void Measure(StringBuilder report, string name, Func<double[], int, double> value, int steps, bool positionCode)
    {
        double[,] Target(double[,] x)
        {
            double[] numbers = [.. x.Cast<double>()];
            var y = new double[steps, 1];
            for (var step = 0; step < steps; step++)
            {
                y[step, 0] = value(numbers, step);
            }
            return y;
        }
        var approximator = new TransformerApproximator(
            new TransformerApproximatorOptions { PositionCode = positionCode, Width = Widths[0] });
        var domain = new SequenceBox(steps, 1);
        var clock = Stopwatch.StartNew();
        var curve = approximator.ErrorByWidth(Target, domain, Widths);
        var seconds = clock.Elapsed.TotalSeconds;
        using var one = approximator.Approximate(Target, domain);
        void Row(string start, string error, Func<WidthError, double> of, double slope, string end) =>
            report.AppendLine(CultureInfo.InvariantCulture,
            $"| {start} | {error} | {string.Join(" | ", curve.Points.Select(point => of(point).ToString("0.0e-0", CultureInfo.InvariantCulture)))} | {slope:f1} | {end} |");
        var least = positionCode ? "0" : one.LeastErrorWithoutPositionCode.ToString("f1", CultureInfo.InvariantCulture);
        Row($"{name} | {steps} | {(positionCode ? "yes" : "no")} | {least}", "sup", point => point.SupError, curve.SupSlope,
            seconds.ToString("f1", CultureInfo.InvariantCulture));
        Row(" | | | ", "rms", point => point.RmsError, curve.RmsSlope, "");
        Console.Error.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{name}, {steps} steps, places {positionCode}: {seconds:f1} s"));
    }
}
