using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// An LSSL with each of its kernels: the kernel alone, a layer compared with the naive recurrence, and a layer for growing lengths.
/// </summary>
internal static class LsslBenchmark
{
    private static readonly LsslShape[] s_shapes = [new(8, 784, 64, 64), new(8, 1024, 128, 64), new(8, 784, 128, 128),
        new(2, 4096, 128, 64)];

    private static readonly int[] s_lengths = [1_024, 4_096, 16_384, 65_536];

    public static string Run()
    {
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Milliseconds{(Timing.OfProcessor ? " of processor time" : "")} forward + backward, median ± half the distance of the quartiles; M 1, one direction.").AppendLine();
        Kernels(report);
        Layers(report);
        Lengths(report);
        return report.ToString();
    }

    private static void Kernels(StringBuilder report)
    {
        report.AppendLine("## The kernel alone").AppendLine();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"| B, T, H, N | {string.Join(" | ", KernelPath.All.Select(path => path.Name))} | Vandermonde, doubling | doubling / fused | dense / structured |");
        report.AppendLine($"|---|{string.Concat(Enumerable.Repeat("---|", KernelPath.All.Count))}---|---|---|");
        foreach (var shape in s_shapes)
        {
            var timings = KernelPath.All.Select(path => path.Build(shape)).ToList();
            var doubling = Doubling(shape);
            Tell(report, string.Create(CultureInfo.InvariantCulture,
                $"| {shape} | {string.Join(" | ", timings)} | {doubling} | {doubling.Median / timings[^1].Median:F0} | {timings[0].Median / timings[1].Median:F1} |"));
        }
        report.AppendLine();
    }

    private static void Layers(StringBuilder report)
    {
        report.AppendLine("## A layer").AppendLine();
        report.AppendLine("The recurrence is the same function step by step in tensor operations, differentiated by libtorch; its state matrix is the diagonal one, the cheapest.").AppendLine();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"| B, T, H, N | {string.Join(" | ", KernelPath.All.Select(path => path.Name))} | recurrence | recurrence / fused Vandermonde |");
        report.AppendLine($"|---|{string.Concat(Enumerable.Repeat("---|", KernelPath.All.Count))}---|---|");
        foreach (var shape in s_shapes)
        {
            var timings = KernelPath.All.Select(path => path.Convolution(shape)).ToList();
            var recurrence = KernelPath.All[^1].Recurrence(shape);
            Tell(report, string.Create(CultureInfo.InvariantCulture,
                $"| {shape} | {string.Join(" | ", timings)} | {recurrence} | {recurrence.Median / timings[^1].Median:F0} |"));
        }
        report.AppendLine();
    }

    private static void Lengths(StringBuilder report)
    {
        report.AppendLine("## A layer against the length").AppendLine();
        report.AppendLine("| B, T, H, N | fused Vandermonde | over linear growth |");
        report.AppendLine("|---|---|---|");
        double first = 0;
        foreach (var length in s_lengths)
        {
            var timing = KernelPath.All[^1].Convolution(new(1, length, 16, 64));
            first = first == 0 ? timing.Median / length : first;
            Tell(report, string.Create(
                CultureInfo.InvariantCulture, $"| 1, {length}, 16, 64 | {timing} | {timing.Median / length / first:F2} |"));
        }
    }

    // The same poles and weights for both modes, as plain tensors.
    private static Timing Doubling(LsslShape shape)
    {
        using var scope = NewDisposeScope();
        var angle = randn([shape.Features, shape.States / 2], generator: new Generator(1));
        var poles = complex(angle.cos(), angle.sin()).Scaled(0.999).detach().requires_grad_();
        var weights = complex(randn([shape.Features, 1, shape.States / 2], generator: new Generator(2)),
            zeros(shape.Features, 1, shape.States / 2)).detach().requires_grad_();
        var cotangent = randn([shape.Features, 1, shape.Steps], generator: new Generator(3));
        return Timing.Of(() =>
        {
            using var inner = NewDisposeScope();
            (poles.grad, weights.grad) = (null, null);
            TensorVandermonde.Kernel(poles, weights, shape.Steps).backward([cotangent]);
        });
    }

    private static void Tell(StringBuilder report, string row)
    {
        Console.Error.WriteLine(row);
        report.AppendLine(row);
    }
}
