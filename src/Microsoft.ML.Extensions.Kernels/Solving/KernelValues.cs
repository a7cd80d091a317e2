using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>Replaces inner products by kernel values, on all cores.</summary>
internal static class KernelValues
{
    // For fewer numbers, starting threads costs more than it saves.
    private const int Few = 4096;

    /// <summary>A whole matrix, contiguous, Float64.</summary>
    public static unsafe void Apply(IKernelFunction kernel, Tensor products)
    {
        fixed (double* first = products.AsDoubles())
        {
            var columns = (int)products.shape[1];
            Rows(kernel, first, (int)products.shape[0], columns, _ => columns);
        }
    }

    /// <summary>The rows of one block of a larger matrix, each up to its own length.</summary>
    public static unsafe void Rows(IKernelFunction kernel, double* first, int rows, long stride, Func<int, int> length)
    {
        var start = (nint)first;
        if (rows * stride <= Few)
        {
            for (var row = 0; row < rows; row++)
            {
                Row(row);
            }
            return;
        }
        Parallel.For(0, rows, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, Row);

        void Row(int row) => kernel.Apply(new Span<double>((double*)start + (row * stride), length(row)));
    }
}
