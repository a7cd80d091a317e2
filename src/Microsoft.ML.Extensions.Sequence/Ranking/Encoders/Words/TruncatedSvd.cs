using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The largest singular values of a sparse matrix and their left singular vectors, by randomised subspace iteration.</summary>
/// <remarks>
/// Halko, Martinsson and Tropp 2011, arXiv 0909.4061, algorithms 4.4 and 5.1: products with random vectors nearly span the space of the
/// largest singular vectors; each iteration, with orthogonalisation, multiplies the share of smaller ones by their squared ratio to the
/// larger ones.
/// </remarks>
internal static class TruncatedSvd
{
    private const int Oversampling = 10;
    private const int Iterations = 6;

    // The number of multiplications between checks for cancellation.
    private const double Together = 5e9;

    /// <param name="matrix">The matrix <c>[n, m]</c>.</param>
    /// <param name="count">k, at most the smaller side.</param>
    /// <param name="seed">The seed of the random vectors.</param>
    /// <param name="checkAlive">Throws when the computation was cancelled.</param>
    /// <returns>
    /// The left vectors as columns of <c>[n, k]</c>, and the singular values, the largest first. The sign of a vector, which is arbitrary,
    /// makes its value with the largest magnitude positive.
    /// </returns>
    public static (double[] Left, double[] Values) Of(SparseRows matrix, int count, int seed, Action checkAlive)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var width = Math.Min(count + Oversampling, Math.Min(matrix.Rows, matrix.Columns));
        using var generator = new Generator((ulong)seed, CPU);
        var basis = Basis(Product(matrix, randn([matrix.Columns, width], ScalarType.Float64, generator: generator), checkAlive), checkAlive);
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            using var step = NewDisposeScope();
            var other = Basis(Transposed(matrix, basis, checkAlive), checkAlive);
            basis = Basis(Product(matrix, other, checkAlive), checkAlive).MoveToOuterDisposeScope();
        }
        // The matrix in the basis is small [width, m]; its square has its left vectors and squared singular values.
        var (squares, vectors) = linalg.eigh(Squares(Transposed(matrix, basis, checkAlive), checkAlive));
        var left = Times(basis, vectors.flip(1), checkAlive).narrow(1, 0, count).contiguous();
        var (largest, values) = (left.AsDoubles().ToArray(), squares.flip(0).narrow(0, 0, count).contiguous().AsDoubles().ToArray());
        FixSigns(largest, count, checkAlive);
        return (largest, [.. values.Select(value => Math.Sqrt(Math.Max(value, 0)))]);
    }

    /// <summary>Orthonormal columns with the same span, computed in blocks of columns where there are many numbers.</summary>
    public static Tensor Basis(Tensor vectors, Action checkAlive, double together = Together)
    {
        using var scope = NewDisposeScope();
        var (rows, width) = (vectors.shape[0], vectors.shape[1]);
        var columns = Math.Max(1, (long)(together / ((double)rows * width)));
        if (columns >= width)
        {
            checkAlive();
            return linalg.qr(vectors).Q.contiguous().MoveToOuterDisposeScope();
        }
        var basis = empty_like(vectors);
        for (var start = 0L; start < width; start += columns)
        {
            using var step = NewDisposeScope();
            var part = vectors.narrow(1, start, Math.Min(columns, width - start));
            // Twice, since rounding leaves an error the first time.
            for (var time = 0; time < 2 && start > 0; time++)
            {
                checkAlive();
                var before = basis.narrow(1, 0, start);
                part = part.Minus(before.mm(before.t().mm(part)));
                checkAlive();
                part = linalg.qr(part).Q;
            }
            checkAlive();
            basis.narrow(1, start, part.shape[1]).copy_(linalg.qr(part).Q);
        }
        return basis.MoveToOuterDisposeScope();
    }

    private static Tensor Squares(Tensor vectors, Action checkAlive)
    {
        var sum = zeros([vectors.shape[1], vectors.shape[1]], ScalarType.Float64);
        foreach (var part in Parts(vectors, vectors.shape[1], checkAlive))
        {
            using var step = NewDisposeScope();
            sum.add_(part.t().mm(part), Numbers.One);
        }
        return sum;
    }

    private static Tensor Times(Tensor vectors, Tensor right, Action checkAlive)
    {
        var product = empty([vectors.shape[0], right.shape[1]], ScalarType.Float64);
        var start = 0L;
        foreach (var part in Parts(vectors, right.shape[1], checkAlive))
        {
            using var step = NewDisposeScope();
            product.narrow(0, start, part.shape[0]).copy_(part.mm(right));
            start += part.shape[0];
        }
        return product;
    }

    private static IEnumerable<Tensor> Parts(Tensor vectors, long width, Action checkAlive)
    {
        var rows = Math.Max(1, (long)(Together / ((double)vectors.shape[1] * width)));
        for (var start = 0L; start < vectors.shape[0]; start += rows)
        {
            checkAlive();
            using var part = vectors.narrow(0, start, Math.Min(rows, vectors.shape[0] - start));
            yield return part;
        }
    }

    private static Tensor Product(SparseRows matrix, Tensor right, Action checkAlive)
    {
        var product = zeros([matrix.Rows, right.shape[1]], ScalarType.Float64);
        matrix.Times(right.AsDoubles(), (int)right.shape[1], product.AsDoubles(), checkAlive);
        return product;
    }

    private static Tensor Transposed(SparseRows matrix, Tensor right, Action checkAlive)
    {
        var product = zeros([matrix.Columns, right.shape[1]], ScalarType.Float64);
        matrix.TransposedTimes(right.AsDoubles(), (int)right.shape[1], product.AsDoubles(), checkAlive);
        return product;
    }

    private static void FixSigns(double[] left, int count, Action checkAlive)
    {
        for (var column = 0; column < count; column++)
        {
            checkAlive();
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
