using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>Creates the <see cref="SymmetricSystem"/> of a kernel between points of the sphere.</summary>
internal static class KernelSystem
{
    // The rows of the kernel between two checks for cancellation: activations without a table are slow.
    private const int Rows = 16;

    /// <summary>Computes the kernel.</summary>
    /// <param name="points"><c>[n, d]</c>, rows of norm 1, Float64.</param>
    /// <param name="kernel">The kernel of the points' inner products.</param>
    /// <param name="checkAlive">Throws when the computation was cancelled.</param>
    public static SymmetricSystem Build(Tensor points, IKernelFunction kernel, Action checkAlive)
    {
        var n = points.shape[0];
        var matrix = empty(n, n, dtype: ScalarType.Float64).DetachFromDisposeScope();
        try
        {
            foreach (var (start, length) in SymmetricSystem.Blocks(0, n))
            {
                using var scope = NewDisposeScope();
                var end = start + length;
                var rows = points.narrow(0, start, length);
                matrix.narrow(0, start, length).narrow(1, 0, end).addmm_(rows, points.narrow(0, 0, end).t(), 0, 1);
                Apply(kernel, matrix, start, length, checkAlive);
            }
            return SymmetricSystem.Of(matrix, checkAlive, kernel.AtOne);
        }
        catch
        {
            matrix.Dispose();
            throw;
        }
    }

    private static unsafe void Apply(IKernelFunction kernel, Tensor matrix, long start, long length, Action checkAlive)
    {
        for (var (first, end) = (start, start + length); first < end; first += Rows)
        {
            checkAlive();
            var (from, count) = ((int)first, (int)Math.Min(Rows, end - first));
            fixed (double* rows = matrix.narrow(0, from, count).AsDoubles())
            {
                KernelValues.Rows(kernel, rows, count, matrix.shape[0], row => from + row);
            }
        }
    }
}
