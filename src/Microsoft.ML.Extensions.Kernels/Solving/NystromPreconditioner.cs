using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// An approximate inverse of a <see cref="StreamedSystem"/>, exact except for the tail of its spectrum: <c>S K S</c> is replaced by its
/// Nystrom approximation <c>B B'</c> from m of its columns, and with its smallest eigenvalue l <c>P^-1 = 1 - B (B' B + l + r)^-1 B'</c>,
/// but for a factor.
/// </summary>
/// <remarks>
/// Frangella, Tropp, Udell, "Randomized Nystrom Preconditioning", 2021, arXiv 2110.02820, section 5.1. They sketch with random vectors;
/// here columns are drawn, which needs no product with the whole kernel. They take B's singular vectors; two factorisations give the same
/// inverse and can be stopped.
/// </remarks>
internal sealed class NystromPreconditioner : IDisposable
{
    private const int Chunk = 256;

    // Relative to the largest eigenvalue; smaller ones are rounding errors.
    private const double LeastEigenvalue = 1e-7;

    // More have no effect on the iterations: the bounds of a spectrum are only needed to a factor.
    private const int PowerSteps = 15;

    // Of the mean of the landmarks' own kernel; what keeps the factorisation of nearly equal landmarks from failing.
    private static readonly double[] Jitters = [1e-7, 1e-6, 1e-5];

    private readonly Tensor _vectors;

    private NystromPreconditioner(Tensor vectors) => _vectors = vectors;

    /// <summary>The bytes of a preconditioner.</summary>
    /// <param name="points">n.</param>
    /// <param name="landmarks">m.</param>
    public static long Bytes(long points, long landmarks) =>
        (sizeof(float) * points * landmarks) + (4 * sizeof(double) * landmarks * landmarks);

    /// <summary>Draws columns and computes the preconditioner.</summary>
    /// <param name="system">The system.</param>
    /// <param name="landmarks">m, 1 to n.</param>
    /// <param name="seed">The seed of the draw.</param>
    /// <param name="checkAlive">Throws when the computation was cancelled.</param>
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
        // B = C R^-1 of the landmarks' kernel R' R.
        var gram = zeros(landmarks, landmarks, ScalarType.Float64);
        DivideBy(RootOf(vectors.index_select(0, drawn), checkAlive), vectors, checkAlive, part => gram.addmm_(part.t(), part, 1, 1));
        DivideBy(Root(gram, system.Ridge, checkAlive), vectors, checkAlive, null);
        return new NystromPreconditioner(vectors.DetachFromDisposeScope());
    }

    /// <summary><c>P^-1 V</c>.</summary>
    /// <param name="vectors">V, <c>[n, c]</c>, Float64.</param>
    public Tensor Times(Tensor vectors)
    {
        using var scope = NewDisposeScope();
        var inside = _vectors.t().mm(vectors.to_type(ScalarType.Float32));
        return vectors.Minus(_vectors.mm(inside).to_type(ScalarType.Float64)).MoveToOuterDisposeScope();
    }

    public void Dispose() => _vectors.Dispose();

    private static IEnumerable<(long Start, long Rows)> Chunks(long rows)
    {
        for (long start = 0; start < rows; start += Chunk)
        {
            yield return (start, Math.Min(Chunk, rows - start));
        }
    }

    // R of the landmarks' kernel R' R.
    private static Tensor RootOf(Tensor kernel, Action checkAlive)
    {
        using var scope = NewDisposeScope();
        var matrix = kernel.to_type(ScalarType.Float64);
        var diagonal = matrix.diagonal().contiguous().AsDoubles().ToArray();
        using var system = SymmetricSystem.Of(matrix, checkAlive);
        foreach (var jitter in Jitters)
        {
            if (system.TryFactor([.. diagonal.Select(value => value + (jitter * diagonal.Average()))]))
            {
                return system.Root().MoveToOuterDisposeScope();
            }
        }
        throw new InvalidOperationException(
            $"The kernel of the {diagonal.Length} landmarks is not positive definite in single precision; set Landmarks lower, or Solver to Cholesky.");
    }

    // R of R' R = B' B + l + r.
    private static Tensor Root(Tensor gram, double ridge, Action checkAlive)
    {
        using var scope = NewDisposeScope();
        var diagonal = gram.diagonal().contiguous().AsDoubles().ToArray();
        var least = LeastEigenvalue * Largest(gram.mm, diagonal.Length, checkAlive);
        using var system = SymmetricSystem.Of(gram, checkAlive);
        Factor(system, diagonal, least);
        var tail = 1 / Largest(system.Solve, diagonal.Length, checkAlive);
        Factor(system, diagonal, tail + ridge);
        return system.Root().MoveToOuterDisposeScope();
    }

    private static void Factor(SymmetricSystem system, double[] diagonal, double added)
    {
        if (!system.TryFactor([.. diagonal.Select(value => value + added)]))
        {
            throw new InvalidOperationException(
                $"The preconditioner of {diagonal.Length} landmarks is not positive definite; set Landmarks lower, or Solver to Cholesky.");
        }
    }

    // The largest eigenvalue of a symmetric operator, by power iteration.
    private static double Largest(Func<Tensor, Tensor> times, int size, Action checkAlive)
    {
        using var scope = NewDisposeScope();
        var random = new Random(1);
        var vector = Enumerable.Range(0, size).Select(_ => random.NextDouble() - 0.5).ToArray().ToAligned(size, 1);
        var largest = 1.0;
        for (var i = 0; i < PowerSteps; i++)
        {
            checkAlive();
            var image = times(vector);
            largest = Norm(image) / Norm(vector);
            using Scalar scale = 1 / Norm(image);
            vector = image * scale;
        }
        return largest;
    }

    private static double Norm(Tensor vector)
    {
        var square = 0.0;
        foreach (var value in vector.AsDoubles())
        {
            square += value * value;
        }
        return Math.Sqrt(square);
    }

    // The rows times the inverse of an upper triangle, in place.
    private static void DivideBy(Tensor root, Tensor rows, Action checkAlive, Action<Tensor>? then)
    {
        foreach (var (start, count) in Chunks(rows.shape[0]))
        {
            checkAlive();
            using var step = NewDisposeScope();
            var part = rows.narrow(0, start, count);
            var divided = linalg.solve_triangular(root.t(), part.to_type(ScalarType.Float64).t(), upper: false).t();
            part.copy_(divided);
            then?.Invoke(divided);
        }
    }
}
