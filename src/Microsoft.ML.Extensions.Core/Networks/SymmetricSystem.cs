using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>
/// The system <c>(K + D) A = Y</c> of a symmetric matrix K, whose diagonal is one number, and a diagonal D, in double precision and in the
/// memory of one n x n matrix: K is stored below the diagonal, the factor R of <c>K + D = R' R</c> on and above it, so one K serves many D.
/// </summary>
/// <remarks>
/// Everything is blocked, so that libtorch's matrix product does nearly all of the work. Besides the matrix, only a few block rows are
/// allocated. The blocked left-looking Cholesky factorisation: Golub and Van Loan, "Matrix Computations", 4th edition, section 4.2.
/// </remarks>
internal sealed class SymmetricSystem : IDisposable
{
    private const int Block = 256;

    // The columns of a block row that are computed between two checks for cancellation.
    private const int Strip = 256;

    private readonly Tensor _matrix;
    private readonly double _diagonal;
    private readonly Action _checkAlive;

    private SymmetricSystem(Tensor matrix, double diagonal, Action checkAlive) =>
        (_matrix, _diagonal, _checkAlive) = (matrix, diagonal, checkAlive);

    /// <summary>n.</summary>
    public long Size => _matrix.shape[0];

    /// <summary>The bytes of a system of this many points.</summary>
    public static long Bytes(long points) => sizeof(double) * ((points * points) + (4 * Block * points));

    /// <summary>Creates the system of a given symmetric matrix.</summary>
    /// <param name="matrix">
    /// K, <c>[n, n]</c>, Float64, contiguous. The part below its diagonal is read; the system owns the matrix and overwrites the rest.
    /// </param>
    /// <param name="checkAlive">Throws when the computation was cancelled.</param>
    /// <param name="diagonal">The value of every diagonal entry of K.</param>
    public static SymmetricSystem Of(Tensor matrix, Action checkAlive, double diagonal = 0) =>
        new(matrix.DetachFromDisposeScope(), diagonal, checkAlive);

    /// <summary>Factorises <c>K + D</c>; false where it is not positive definite to double precision.</summary>
    /// <param name="diagonal">D, <c>[n]</c>.</param>
    public bool TryFactor(ReadOnlySpan<double> diagonal)
    {
        foreach (var (start, length) in Blocks(0, Size))
        {
            _checkAlive();
            using var scope = NewDisposeScope();
            var corner = Corner(start, length, diagonal);
            if (start > 0)
            {
                var above = Part(0, start, start, length);
                corner.addmm_(above.t(), above, 1, -1);
            }
            var (lower, info) = linalg.cholesky_ex(corner);
            if (info.Item<int>() != 0)
            {
                return false;
            }
            WriteCorner(start, lower);
            for (var column = start + length; column < Size; column += Strip)
            {
                _checkAlive();
                using var step = NewDisposeScope();
                SetRight(start, length, column, Math.Min(Strip, Size - column), lower);
            }
        }
        return true;
    }

    /// <summary><c>(K + D)^-1 Y</c> after a factorisation.</summary>
    /// <param name="targets">Y, <c>[n, c]</c>, Float64.</param>
    public Tensor Solve(Tensor targets)
    {
        using var scope = NewDisposeScope();
        var solution = targets.clone();
        foreach (var (start, length) in Blocks(0, Size))
        {
            _checkAlive();
            using var step = NewDisposeScope();
            var part = solution.narrow(0, start, length);
            if (start > 0)
            {
                part.addmm_(Part(0, start, start, length).t(), solution.narrow(0, 0, start), 1, -1);
            }
            part.copy_(linalg.solve_triangular(Factor(start, length).t(), part, upper: false));
        }
        foreach (var (start, length) in Blocks(0, Size).Reverse())
        {
            _checkAlive();
            using var step = NewDisposeScope();
            var part = solution.narrow(0, start, length);
            var (end, after) = (start + length, Size - start - length);
            if (after > 0)
            {
                part.addmm_(Part(start, length, end, after), solution.narrow(0, end, after), 1, -1);
            }
            part.copy_(linalg.solve_triangular(Factor(start, length), part, upper: true));
        }
        return solution.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The diagonal of <c>(K + D)^-1</c> after a factorisation, <c>[n]</c>: the squared norms of the columns of <c>R^-T</c>.
    /// </summary>
    public double[] InverseDiagonal()
    {
        var diagonal = new double[Size];
        foreach (var (first, columns) in Blocks(0, Size))
        {
            _checkAlive();
            using var scope = NewDisposeScope();
            var inverse = zeros(Size - first, columns, ScalarType.Float64);
            inverse.narrow(0, 0, columns).copy_(eye(columns, dtype: ScalarType.Float64));
            foreach (var (start, length) in Blocks(first, Size))
            {
                _checkAlive();
                using var step = NewDisposeScope();
                var (done, part) = (start - first, inverse.narrow(0, start - first, length));
                if (done > 0)
                {
                    part.addmm_(Part(first, done, start, length).t(), inverse.narrow(0, 0, done), 1, -1);
                }
                part.copy_(linalg.solve_triangular(Factor(start, length).t(), part, upper: false));
            }
            (inverse * inverse).sum([0]).AsDoubles().CopyTo(diagonal.AsSpan((int)first));
        }
        return diagonal;
    }

    /// <summary>R after a factorisation, with zeros below the diagonal, <c>[n, n]</c>.</summary>
    public Tensor Root() => _matrix.triu();

    /// <summary>
    /// A lower bound of the condition number of <c>K + D</c> after a factorisation: the squared ratio of the largest and smallest entries
    /// of R's diagonal.
    /// </summary>
    public double LeastCondition()
    {
        using var scope = NewDisposeScope();
        var diagonal = _matrix.diagonal().abs();
        return Math.Pow(diagonal.max().Item<double>() / diagonal.min().Item<double>(), 2);
    }

    /// <summary>A copy of all of K.</summary>
    public Tensor Kernel()
    {
        using var scope = NewDisposeScope();
        using Scalar diagonal = _diagonal;
        var lower = _matrix.tril(-1);
        var whole = lower.add_(lower.t().contiguous(), Numbers.One);
        whole.diagonal().fill_(diagonal);
        return whole.MoveToOuterDisposeScope();
    }

    public void Dispose() => _matrix.Dispose();

    /// <summary>The blocks of a range of rows.</summary>
    public static IEnumerable<(long Start, long Length)> Blocks(long from, long to)
    {
        for (var start = from; start < to; start += Block)
        {
            yield return (start, Math.Min(Block, to - start));
        }
    }

    private Tensor Part(long row, long rows, long column, long columns) => _matrix.narrow(0, row, rows).narrow(1, column, columns);

    private Tensor Factor(long start, long length) => Part(start, length, start, length).triu();

    // K + D between the points of one block.
    private Tensor Corner(long start, long length, ReadOnlySpan<double> diagonal)
    {
        var lower = Part(start, length, start, length).tril(-1);
        var corner = lower.add_(lower.t().contiguous(), Numbers.One);
        var values = corner.AsDoubles();
        for (var i = 0; i < length; i++)
        {
            values[(int)(i * (length + 1))] = _diagonal + diagonal[(int)start + i];
        }
        return corner;
    }

    // The factor's block row from a column on, right of the diagonal block.
    private void SetRight(long start, long length, long column, long columns, Tensor lower)
    {
        var right = Part(start, length, column, columns);
        right.copy_(Part(column, columns, start, length).t());
        if (start > 0)
        {
            right.addmm_(Part(0, start, start, length).t(), Part(0, start, column, columns), 1, -1);
        }
        right.copy_(linalg.solve_triangular(lower, right, upper: false));
    }

    // The factor is written above the diagonal; K below it stays.
    private unsafe void WriteCorner(long start, Tensor lower)
    {
        var (length, n) = ((int)lower.shape[0], Size);
        var source = lower.contiguous().AsDoubles();
        fixed (double* rows = _matrix.narrow(0, start, length).AsDoubles())
        {
            for (var i = 0; i < length; i++)
            {
                for (var j = i; j < length; j++)
                {
                    rows[(i * n) + start + j] = source[(j * length) + i];
                }
            }
        }
    }
}
