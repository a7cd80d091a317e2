using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>A function of the sphere as a sum of kernels, <c>f(x) = sum_i k(x, x_i) A_i</c>, for many x at once.</summary>
internal static class KernelExpansion
{
    private const int Block = 8192;

    /// <summary>The values at some rows, <c>[b, c]</c>, Float64.</summary>
    /// <param name="rows"><c>[b, d]</c>, of norm 1, Float64.</param>
    /// <param name="support">The x_i, <c>[n, d]</c>, of norm 1, Float64.</param>
    /// <param name="weights">A, <c>[n, c]</c>, Float64.</param>
    /// <param name="kernel">k.</param>
    public static Tensor Evaluate(Tensor rows, Tensor support, Tensor weights, IKernelFunction kernel)
    {
        using var scope = NewDisposeScope();
        var values = zeros(rows.shape[0], weights.shape[1], ScalarType.Float64);
        for (long start = 0; start < support.shape[0]; start += Block)
        {
            using var step = NewDisposeScope();
            var count = Math.Min(Block, support.shape[0] - start);
            var products = rows.mm(support.narrow(0, start, count).t());
            KernelValues.Apply(kernel, products);
            values.addmm_(products, weights.narrow(0, start, count), 1, 1);
        }
        return values.MoveToOuterDisposeScope();
    }
}
