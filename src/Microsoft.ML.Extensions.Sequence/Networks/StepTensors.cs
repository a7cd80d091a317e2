using Microsoft.ML.Extensions.Numerics.StepProducts;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>Products of tensors by <see cref="MatrixProducts"/>: Float32 on the CPU, outside of autograd.</summary>
internal static unsafe class StepTensors
{
    /// <summary>A B.</summary>
    /// <param name="a">[S, N], a part of <paramref name="whole"/> with adjacent columns.</param>
    /// <param name="whole">A contiguous tensor.</param>
    /// <param name="b">[N, K], contiguous.</param>
    public static Tensor Product(Tensor a, Tensor whole, Tensor b)
    {
        var (left, right) = (View(a, whole), View(b, b));
        var product = empty(left.Rows, right.Columns);
        MatrixProducts.Multiply(left.Rows, left.Start, left.RowStride, right, product.AsPointer(), right.Columns);
        return product;
    }

    /// <summary>A^T B.</summary>
    /// <param name="a">[S, N], a part of <paramref name="whole"/>.</param>
    /// <param name="whole">A contiguous tensor.</param>
    /// <param name="b">[S, K], a part of <paramref name="wholeB"/>.</param>
    /// <param name="wholeB">A contiguous tensor.</param>
    public static Tensor TransposedProduct(Tensor a, Tensor whole, Tensor b, Tensor wholeB)
    {
        var (left, right) = (View(a, whole), View(b, wholeB));
        var product = empty(left.Columns, right.Columns);
        MatrixProducts.MultiplyTransposed(left, right, product.AsPointer());
        return product;
    }

    private static MatrixView View(Tensor part, Tensor whole) => new(
        whole.AsPointer() + (part.storage_offset() - whole.storage_offset()), (int)part.shape[0], (int)part.shape[1], (nint)part.stride(0),
        (nint)part.stride(1));
}
