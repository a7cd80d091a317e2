using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Kernels;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// The time of a kernel value in addition to its inner product: the table of a deep kernel compared with the recursion through its layers.
/// </summary>
internal static class DeepKernelBenchmark
{
    private const int Products = 100_000, IteratedProducts = 1000;

    private static readonly (string Name, DualActivation Dual)[] s_duals =
        [("ReLU", DualActivation.Relu()), ("erf", DualActivation.Erf()), ("GELU", DualActivation.Gelu()),
            ("optimal for 8", DualActivation.OptimalFor(8))];

    public static string Run()
    {
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Nanoseconds a kernel value on one core: the table for {Products} inner products, the recursion for {IteratedProducts}; and milliseconds that the table takes to make, on all cores.");
        report.AppendLine().AppendLine("| kernel | depth | table | recursion | making it |").AppendLine("|---|---|---|---|---|");
        foreach (var (name, dual) in s_duals)
        {
            foreach (var kind in Enum.GetValues<NetworkKernel>())
            {
                foreach (var depth in new[] { 1, 10, 100 })
                {
                    DeepKernel Kernel() => new(dual, depth, kind);
                    Add(report, $"{kind}, {name}", $"{depth}", Kernel(), () => Kernel().Apply([0.5]), Kernel().Evaluate);
                }
            }
            if (dual.Limit(NetworkKernel.Nngp) == InfiniteDepthLimit.SingularKernel)
            {
                KoenigsKernel kernel = new(dual);
                Add(report, $"log psi, {name}", "infinite", kernel, () => new KoenigsKernel(dual).Apply([0.5]), kernel.Evaluate);
            }
        }
        return report.ToString();
    }

    private static void Add(
        StringBuilder report, string name, string depth, IKernelFunction kernel, Action make, Func<Correlation, double> recursion)
    {
        Random random = new(1);
        var products = Enumerable.Range(0, Products).Select(_ => random.NextDouble()).ToArray();
        var values = new double[Products];
        var table = Timing.Of(() =>
        {
            products.CopyTo(values, 0);
            kernel.Apply(values);
        });
        var iterated = Timing.Of(() =>
        {
            for (var i = 0; i < IteratedProducts; i++)
            {
                values[i] = recursion(Correlation.Of(products[i]));
            }
        });
        var row = string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {depth} | {table.Median * 1e9 / Products:F1} | {iterated.Median * 1e9 / IteratedProducts:F0} | {Timing.Of(make).Median * 1e3:F0} |");
        Console.Error.WriteLine(row);
        report.AppendLine(row);
    }
}
