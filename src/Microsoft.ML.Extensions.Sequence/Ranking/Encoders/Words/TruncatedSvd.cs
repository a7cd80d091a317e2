using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The largest singular values of a sparse matrix and their left singular vectors, by randomised subspace iteration.</summary>
/// <remarks>
/// Halko, Martinsson and Tropp 2011, arXiv 0909.4061, algorithms 4.4 and 5.1: products with random vectors nearly span the space of the largest singular
/// vectors; each iteration, with orthogonalisation, multiplies the share of smaller ones by their squared ratio to the larger ones.
/// </remarks>
internal static class TruncatedSvd
{
    private const int Oversampling = 10;
    private const int Iterations = 6;

    /// <param name="matrix">The matrix <c>[n, m]</c>.</param>
    /// <param name="count">k, at most the smaller dimension.</param>
    /// <param name="seed">The seed of the random vectors.</param>
    /// <returns>
    /// The left vectors as columns of <c>[n, k]</c>, and the singular values, the largest first. The sign of a vector, which is arbitrary, makes its value
    /// with the largest magnitude positive.
    /// </returns>
    public static (double[] Left, double[] Values) Of(SparseRows matrix, int count, int seed)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var width = Math.Min(count + Oversampling, Math.Min(matrix.Rows, matrix.Columns));
        using var generator = new Generator((ulong)seed, CPU);
        var basis = Basis(Product(matrix, randn([matrix.Columns, width], ScalarType.Float64, generator: generator)));
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            var other = Basis(Transposed(matrix, basis));
            basis = Basis(Product(matrix, other));
        }
        // The projected matrix is small, [width, m]; its Gram matrix has the left vectors and squared singular values.
        var small = Transposed(matrix, basis);
        var (squares, vectors) = linalg.eigh(small.t().mm(small));
        var left = basis.mm(vectors.flip(1)).narrow(1, 0, count).contiguous();
        var (largest, values) = (left.AsDoubles().ToArray(), squares.flip(0).narrow(0, 0, count).contiguous().AsDoubles().ToArray());
        FixSigns(largest, count);
        return (largest, [.. values.Select(value => Math.Sqrt(Math.Max(value, 0)))]);
    }

    private static Tensor Basis(Tensor vectors) => linalg.qr(vectors).Q.contiguous();

    private static Tensor Product(SparseRows matrix, Tensor right)
    {
        var product = zeros([matrix.Rows, right.shape[1]], ScalarType.Float64);
        matrix.Times(right.AsDoubles(), (int)right.shape[1], product.AsDoubles());
        return product;
    }

    private static Tensor Transposed(SparseRows matrix, Tensor right)
    {
        var product = zeros([matrix.Columns, right.shape[1]], ScalarType.Float64);
        matrix.TransposedTimes(right.AsDoubles(), (int)right.shape[1], product.AsDoubles());
        return product;
    }

    private static void FixSigns(double[] left, int count)
    {
        for (var column = 0; column < count; column++)
        {
            var furthest = 0.0;
            for (var place = column; place < left.Length; place += count)
            {
                furthest = Math.Abs(left[place]) > Math.Abs(furthest) ? left[place] : furthest;
            }
            for (var place = column; furthest < 0 && place < left.Length; place += count)
            {
                left[place] = -left[place];
            }
        }
    }
}
