using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// The system <c>(K + D) A = Y</c> of a kernel between n points of the sphere and a diagonal D above 0, in double precision and in the
/// memory of one n x n matrix: the kernel lies below the diagonal, the factor R of <c>K + D = R' R</c> on and above it, so that one kernel
/// serves many diagonals.
/// </summary>
/// <remarks>
/// Everything is blocked, so that libtorch's matrix product does nearly all of the work; beside the matrix there are never more than a few
/// block rows. The blocked left-looking Cholesky factorisation: Golub and Van Loan, "Matrix Computations", 4th edition, section 4.2.
/// </remarks>
internal sealed class KernelSystem : IKernelSystem
{
    private const int Block = 256;

    // Of a block row, so many columns are done between two looks at whether to go on.
    private const int Strip = 256;

    // So many rows of the kernel are computed between two looks: an activation too steep for a table takes its time.
    private const int Rows = 16;

    private readonly Tensor _matrix;
    private readonly double _atOne;
    private readonly Action _checkAlive;

    private KernelSystem(Tensor matrix, double atOne, Action checkAlive) => (_matrix, _atOne, _checkAlive) = (matrix, atOne, checkAlive);

    /// <summary>n.</summary>
    public long Size => _matrix.shape[0];

    /// <summary>What a system of that many points takes, in bytes.</summary>
    public static long Bytes(long points) => sizeof(double) * ((points * points) + (4 * Block * points));

    /// <summary>Computes the kernel.</summary>
    /// <param name="points"><c>[n, d]</c>, rows of norm 1, Float64.</param>
    /// <param name="kernel">The kernel of the points' inner products.</param>
    /// <param name="checkAlive">Throws where the computation is to stop.</param>
    public static KernelSystem Build(Tensor points, IKernelFunction kernel, Action checkAlive)
    {
        var n = points.shape[0];
        var matrix = empty(n, n, dtype: ScalarType.Float64).DetachFromDisposeScope();
        try
        {
            foreach (var (start, length) in Blocks(0, n))
            {
                using var scope = NewDisposeScope();
                var end = start + length;
                var rows = points.narrow(0, start, length);
                matrix.narrow(0, start, length).narrow(1, 0, end).addmm_(rows, points.narrow(0, 0, end).t(), 0, 1);
                Apply(kernel, matrix, start, length, checkAlive);
            }
            return new KernelSystem(matrix, kernel.AtOne, checkAlive);
        }
        catch
        {
            matrix.Dispose();
            throw;
        }
    }

    /// <summary>The system of a symmetric matrix that is at hand.</summary>
    /// <param name="matrix">K without its diagonal, which is taken for 0, <c>[n, n]</c>, Float64, contiguous; the system takes it and overwrites what is not below the diagonal.</param>
    /// <param name="checkAlive">Throws where the computation is to stop.</param>
    public static KernelSystem Of(Tensor matrix, Action checkAlive) => new(matrix.DetachFromDisposeScope(), 0, checkAlive);

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
            var (end, behind) = (start + length, Size - start - length);
            if (behind > 0)
            {
                part.addmm_(Part(start, length, end, behind), solution.narrow(0, end, behind), 1, -1);
            }
            part.copy_(linalg.solve_triangular(Factor(start, length), part, upper: true));
        }
        return solution.MoveToOuterDisposeScope();
    }

    /// <summary>The diagonal of <c>(K + D)^-1</c> after a factorisation, <c>[n]</c>: the squared norms of the columns of <c>R^-T</c>.</summary>
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

    /// <summary>A lower bound of the condition number of <c>K + D</c> after a factorisation: the squared ratio of the ends of R's diagonal.</summary>
    public double LeastCondition()
    {
        using var scope = NewDisposeScope();
        var diagonal = _matrix.diagonal().abs();
        return Math.Pow(diagonal.max().Item<double>() / diagonal.min().Item<double>(), 2);
    }

    /// <summary>A copy of K, whole.</summary>
    public Tensor Kernel()
    {
        using var scope = NewDisposeScope();
        using Scalar atOne = _atOne;
        var lower = _matrix.tril(-1);
        var whole = lower.add_(lower.t().contiguous(), Numbers.One);
        whole.diagonal().fill_(atOne);
        return whole.MoveToOuterDisposeScope();
    }

    public void Dispose() => _matrix.Dispose();

    private static IEnumerable<(long Start, long Length)> Blocks(long from, long to)
    {
        for (var start = from; start < to; start += Block)
        {
            yield return (start, Math.Min(Block, to - start));
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
            values[(int)(i * (length + 1))] = _atOne + diagonal[(int)start + i];
        }
        return corner;
    }

    // The factor's block row from some column on, right of its corner.
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

    // The factor comes above the kernel of the same block, which stays.
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
