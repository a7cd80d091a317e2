using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The square root of a symmetric matrix without negative eigenvalues: the one that is such a matrix, too.</summary>
/// <remarks>
/// To a width of <see cref="WidestAtOnce"/> from the eigenvectors, which libtorch computes in one call that nothing stops. Beyond it that call takes seconds, and
/// the root comes of steps that are stopped between blocks: the iteration of Nakatsukasa, Bai and Gygi 2010 ("Optimizing Halley's Iteration for Computing the
/// Matrix Polar Decomposition", SIAM Journal on Matrix Analysis and Applications 31), <c>s (a + b s^2) / (1 + c s^2)</c>, which sends every singular value of a
/// matrix X to 1 and so X itself to X (X'X)^(-1/2). X, of which the wanted root is that of X'X, is never needed: M = X'X, and what begins as C and ends as its
/// root, are multiplied by the same factors.
/// </remarks>
internal static class MatrixRoot
{
    /// <summary>The widest matrix whose eigenvectors are computed at once: a third of a second.</summary>
    public const int WidestAtOnce = 1024;

    // Below it an eigenvalue is rounding of the largest.
    private const double Negligible = 1e-10;

    // The least root that the steps send to 1, where the largest is 1: a tenth of that of the last that counts, for a norm that is above the largest eigenvalue.
    private const double LeastRoot = 1e-6;
    private const double Enough = 1e-14;

    /// <summary>The root.</summary>
    /// <param name="matrix">C, <c>[D, D]</c>, Float64, symmetric; eigenvalues below 0 are rounding.</param>
    /// <param name="checkAlive">Throws where the computation is to stop.</param>
    public static Tensor Of(Tensor matrix, Action checkAlive) => matrix.shape[0] <= WidestAtOnce ? OfEigenvectors(matrix) : InSteps(matrix, checkAlive);

    /// <summary>The root by eigenvectors, in one call.</summary>
    public static Tensor OfEigenvectors(Tensor matrix)
    {
        using var scope = NewDisposeScope();
        var (values, vectors) = linalg.eigh(matrix);
        using Scalar least = Math.Max(values[-1].Item<double>() * Negligible, double.Epsilon);
        var lengths = where(values.gt(least), values.clamp_min(Numbers.Zero).sqrt(), zeros_like(values));
        return (vectors * lengths).mm(vectors.t()).MoveToOuterDisposeScope();
    }

    /// <summary>The root by steps, each of blocks between which it stops.</summary>
    /// <exception cref="InvalidOperationException">The matrix is not finite, or has an eigenvalue far below 0.</exception>
    public static Tensor InSteps(Tensor matrix, Action checkAlive)
    {
        using var scope = NewDisposeScope();
        var norm = matrix.norm().Item<double>();
        if (norm == 0)
        {
            return zeros_like(matrix).MoveToOuterDisposeScope();
        }
        var (power, root) = (matrix.Scaled(1 / norm).cpu().contiguous(), matrix.Scaled(1 / norm).cpu().contiguous());
        for (var least = LeastRoot; 1 - least > Enough;)
        {
            using var step = NewDisposeScope();
            var (a, b, c) = Factors(least);
            least = Math.Min(1, least * (a + (b * least * least)) / (1 + (c * least * least)));
            // With W = (1 + c M)^-1 the factor is b/c + (a - b/c) W, and M W = (1 - W) / c.
            var inverse = Inverse(power, c, checkAlive);
            var (own, other) = (b / c, a - (b / c));
            var rest = inverse.Scaled(-1);
            rest.diagonal().add_(Numbers.One, Numbers.One);
            var next = power.Scaled(own * own).Plus(rest, 2 * own * other / c).Plus(inverse.Minus(Product(inverse, inverse, checkAlive)), other * other / c);
            var (oldRoot, oldPower) = (root, power);
            root = root.Scaled(own).Plus(Product(root, inverse, checkAlive), other).MoveToOuterDisposeScope();
            power = next.Plus(next.t()).Scaled(0.5).MoveToOuterDisposeScope();
            oldRoot.Dispose();
            oldPower.Dispose();
        }
        return root.Plus(root.t()).Scaled(Math.Sqrt(norm) / 2).to(matrix.device).MoveToOuterDisposeScope();
    }

    // The best a, b and c for singular values from the least to 1.
    private static (double A, double B, double C) Factors(double least)
    {
        var square = least * least;
        var d = Math.Cbrt(4 * (1 - square) / (square * square));
        var a = Math.Sqrt(1 + d) + (0.5 * Math.Sqrt(8 - (4 * d) + (8 * (2 - square) / (square * Math.Sqrt(1 + d)))));
        var b = (a - 1) * (a - 1) / 4;
        return (a, b, a + b - 1);
    }

    private static Tensor Inverse(Tensor power, double factor, Action checkAlive)
    {
        using var scope = NewDisposeScope();
        var scaled = power.Scaled(factor).contiguous();
        var diagonal = scaled.diagonal().contiguous().AsDoubles().ToArray();
        using var system = SymmetricSystem.Of(scaled, checkAlive);
        return system.TryFactor(Array.ConvertAll(diagonal, value => 1 + value))
            ? system.Solve(eye(power.shape[0], dtype: ScalarType.Float64)).MoveToOuterDisposeScope()
            : throw new InvalidOperationException("The matrix has no root: it is not finite, or has eigenvalues below 0.");
    }

    private static Tensor Product(Tensor left, Tensor right, Action checkAlive)
    {
        var product = empty(left.shape, ScalarType.Float64);
        foreach (var (start, rows) in SymmetricSystem.Blocks(0, left.shape[0]))
        {
            checkAlive();
            using var step = NewDisposeScope();
            product.narrow(0, start, rows).copy_(left.narrow(0, start, rows).mm(right));
        }
        return product;
    }
}
