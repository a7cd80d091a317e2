using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Random orthogonal matrices, uniformly distributed: the Q of Gaussian ones whose R has a diagonal above 0 (Mezzadri 2007).</summary>
internal static class OrthogonalMatrices
{
    /// <summary>The largest width whose Q is computed in one call; beyond it, a fit that is cancelled stops between blocks.</summary>
    public const int WidestAtOnce = 1024;

    // So that a block of the widest matrices takes a fraction of a second.
    private const long Rows = 64;

    /// <summary>The matrices below each other, <c>[N * width, width]</c>.</summary>
    /// <param name="count">N.</param>
    /// <param name="width">Rows and columns of one.</param>
    /// <param name="generator">Random numbers.</param>
    public static Tensor Of(int count, int width, Generator generator)
    {
        NetworkMemory.Ask(count, width, width);
        using var scope = NewDisposeScope();
        var matrices = randn([count, width, width], generator: generator);
        if (width <= WidestAtOnce)
        {
            return AtOnce(matrices).reshape(count * width, width).contiguous().MoveToOuterDisposeScope();
        }
        foreach (var matrix in matrices.unbind(0))
        {
            InBlocks(matrix);
        }
        return matrices.reshape(count * width, width).MoveToOuterDisposeScope();
    }

    /// <summary>The Q of each, <c>[N, H, H]</c>, in one call.</summary>
    public static Tensor AtOnce(Tensor matrices)
    {
        var (q, r) = linalg.qr(matrices);
        return q * r.diagonal(0, -2, -1).sign().unsqueeze(-2);
    }

    /// <summary>
    /// Replaces a matrix <c>[H, H]</c> by its Q, block by block: R is the Cholesky factor of <c>G'G</c>, and Q is <c>G / R</c>. The condition
    /// number of a Gaussian matrix is about H, so in double precision the Q is exact to that of Single.
    /// </summary>
    public static void InBlocks(Tensor matrix)
    {
        using var scope = NewDisposeScope();
        var width = matrix.shape[0];
        var wide = matrix.to_type(ScalarType.Float64);
        var squares = empty(width, width, ScalarType.Float64);
        foreach (var (start, rows) in Blocks(width))
        {
            using var step = NewDisposeScope();
            squares.narrow(0, start, rows).copy_(wide.narrow(1, start, rows).t().mm(wide));
        }
        using var system = SymmetricSystem.Of(squares, NetworkMemory.CheckAlive);
        if (!system.TryFactor(squares.diagonal().contiguous().AsDoubles()))
        {
            throw new InvalidOperationException("A random matrix has no inverse to double precision; choose another Seed.");
        }
        var root = system.Root();
        foreach (var (start, rows) in Blocks(width))
        {
            using var step = NewDisposeScope();
            matrix.narrow(0, start, rows).copy_(
                linalg.solve_triangular(root.t(), wide.narrow(0, start, rows).t(), upper: false).t());
        }
    }

    private static IEnumerable<(long Start, long Rows)> Blocks(long width)
    {
        for (var start = 0L; start < width; start += Rows)
        {
            NetworkMemory.CheckAlive();
            yield return (start, Math.Min(Rows, width - start));
        }
    }
}
