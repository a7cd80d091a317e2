using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><c>(X'X + r I) W = X'Y</c> for any number of penalties r.</summary>
internal sealed class RidgeSystem : IDisposable
{
    // By how much the penalty grows where rounding makes the matrix indefinite.
    private const double Stronger = 10;

    private readonly SymmetricSystem _system;
    private readonly Tensor _products;
    private readonly double[] _squares;

    /// <param name="squares"><c>X'X</c>, <c>[P, P]</c>, Float64; it is copied.</param>
    /// <param name="products"><c>X'Y</c>, <c>[P, Q]</c>, Float64; it is copied.</param>
    /// <param name="checkAlive">Throws when the computation was cancelled.</param>
    public RidgeSystem(Tensor squares, Tensor products, Action checkAlive)
    {
        using var scope = NewDisposeScope();
        _squares = squares.diagonal().contiguous().AsDoubles().ToArray();
        _products = products.clone().DetachFromDisposeScope();
        _system = SymmetricSystem.Of(squares.clone(), checkAlive);
    }

    /// <summary>W, <c>[P, Q]</c>. Where the matrix is not positive definite to rounding, the penalty is 10 times as large, or 100 times, and so on.</summary>
    /// <param name="penalty">r over the mean of the diagonal of <c>X'X</c>; above 0.</param>
    /// <exception cref="InvalidOperationException">The rows are not finite.</exception>
    public Tensor Solve(double penalty)
    {
        // If all inputs are zero the matrix is zero, and any penalty gives zero weights.
        var unit = Math.Max(_squares.Average(), double.Epsilon * 1e300);
        for (; penalty * unit < double.PositiveInfinity; penalty *= Stronger)
        {
            var added = penalty * unit;
            if (_system.TryFactor(Array.ConvertAll(_squares, square => square + added)))
            {
                return _system.Solve(_products);
            }
        }
        throw new InvalidOperationException(
            "The linear part of the forecast has no solution: the squares of the windows' values are beyond double precision. Scale the column, e.g. to a mean of 0 and a deviation of 1.");
    }

    public void Dispose()
    {
        _system.Dispose();
        _products.Dispose();
    }
}
