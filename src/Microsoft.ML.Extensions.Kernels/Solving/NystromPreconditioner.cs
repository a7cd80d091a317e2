using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// The inverse of a <see cref="StreamedSystem"/> but for the tail of its spectrum: <c>S K S</c> is replaced by its Nystrom approximation
/// from m of its columns, whose eigenvectors U and eigenvalues L give
/// <c>P^-1 = (l + r) U (L + r)^-1 U' + (1 - U U')</c> with the smallest eigenvalue l.
/// </summary>
/// <remarks>Frangella, Tropp, Udell, "Randomized Nystrom Preconditioning", 2021, arXiv 2110.02820, section 5.1; they sketch with random vectors, here columns are drawn, which
/// needs no product with the whole kernel.</remarks>
internal sealed class NystromPreconditioner : IDisposable
{
    private const int Chunk = 4096;

    // Of the mean of the landmarks' own kernel; what keeps the factorisation of nearly equal landmarks from failing.
    private const double Jitter = 1e-7;

    // Eigenvalues below this part of the largest are rounding.
    private const double LeastEigenvalue = 1e-7;

    private readonly Tensor _vectors;
    private readonly Tensor _factors;

    private NystromPreconditioner(Tensor vectors, Tensor factors) => (_vectors, _factors) = (vectors, factors);

    /// <summary>What a preconditioner takes, in bytes.</summary>
    /// <param name="points">n.</param>
    /// <param name="landmarks">m.</param>
    public static long Bytes(long points, long landmarks) => (sizeof(float) * points * landmarks) + (4 * sizeof(double) * landmarks * landmarks);

    /// <summary>Draws columns and computes the preconditioner.</summary>
    /// <param name="system">The system.</param>
    /// <param name="landmarks">m, 1 to n.</param>
    /// <param name="seed">The seed of the draw.</param>
    /// <param name="checkAlive">Throws where the computation is to stop.</param>
    public static NystromPreconditioner Of(StreamedSystem system, int landmarks, int seed, Action checkAlive)
    {
        using var scope = NewDisposeScope();
        var all = Enumerable.Range(0, (int)system.Size).Select(index => (long)index).ToArray();
        new Random(seed).Shuffle(all);
        var drawn = tensor(all[..landmarks]);
        var vectors = empty([system.Size, landmarks], dtype: ScalarType.Float32);
        foreach (var (start, rows) in Chunks(system.Size))
        {
            checkAlive();
            using var step = NewDisposeScope();
            vectors.narrow(0, start, rows).copy_(system.Columns(start, rows, drawn));
        }
        // B = C L^-T has B B' for its Nystrom approximation, and B' B the same eigenvalues.
        var inverse = InverseRoot(vectors.index_select(0, drawn).to_type(ScalarType.Float64));
        var gram = zeros(landmarks, landmarks, ScalarType.Float64);
        Transform(vectors, inverse, checkAlive, part => gram.addmm_(part.t(), part, 1, 1));
        var (values, directions) = linalg.eigh(gram);
        var kept = values.AsDoubles().ToArray().Count(value => value > LeastEigenvalue * values.AsDoubles()[landmarks - 1]);
        values = values.narrow(0, landmarks - kept, kept);
        directions = directions.narrow(1, landmarks - kept, kept);
        Transform(vectors, directions / values.sqrt(), checkAlive);
        using Scalar ridge = system.Ridge, tail = system.Ridge + values.AsDoubles()[0];
        var factors = values.Plus(ridge).reciprocal_().mul_(tail).add_(Numbers.MinusOne, Numbers.One).unsqueeze(1);
        return new NystromPreconditioner(
            vectors.narrow(1, 0, kept).DetachFromDisposeScope(), factors.to_type(ScalarType.Float32).DetachFromDisposeScope());
    }

    /// <summary><c>P^-1 V</c>.</summary>
    /// <param name="vectors">V, <c>[n, c]</c>, Float64.</param>
    public Tensor Times(Tensor vectors)
    {
        using var scope = NewDisposeScope();
        var inside = _vectors.t().mm(vectors.to_type(ScalarType.Float32)) * _factors;
        return vectors.add(_vectors.mm(inside).to_type(ScalarType.Float64), Numbers.One).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _vectors.Dispose();
        _factors.Dispose();
    }

    private static IEnumerable<(long Start, long Rows)> Chunks(long rows)
    {
        for (long start = 0; start < rows; start += Chunk)
        {
            yield return (start, Math.Min(Chunk, rows - start));
        }
    }

    // L^-T of the landmarks' kernel L L'.
    private static Tensor InverseRoot(Tensor kernel)
    {
        using Scalar jitter = Jitter * kernel.diagonal().mean().item<double>();
        var unit = eye(kernel.shape[0], dtype: ScalarType.Float64);
        var symmetric = (kernel.Plus(kernel.t()) * Numbers.Half).Plus(unit * jitter);
        return linalg.solve_triangular(linalg.cholesky(symmetric), unit, upper: false).t();
    }

    // Multiplies the rows from the right, in place; fewer columns than before leave the last as they were.
    private static void Transform(Tensor vectors, Tensor matrix, Action checkAlive, Action<Tensor>? then = null)
    {
        foreach (var (start, rows) in Chunks(vectors.shape[0]))
        {
            checkAlive();
            using var step = NewDisposeScope();
            var part = vectors.narrow(0, start, rows);
            var transformed = part.to_type(ScalarType.Float64).mm(matrix);
            part.narrow(1, 0, matrix.shape[1]).copy_(transformed);
            then?.Invoke(transformed);
        }
    }
}
