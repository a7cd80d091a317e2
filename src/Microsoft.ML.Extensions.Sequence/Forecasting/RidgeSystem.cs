using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// <c>(X'X + r I) W = X'Y</c> for any number of penalties r. Where outputs are missing in some rows, each output has the equations of the
/// rows that have it.
/// </summary>
internal sealed class RidgeSystem : IDisposable
{
    // By how much the penalty grows where rounding makes the matrix indefinite.
    private const double Stronger = 10;

    private readonly Tensor _products;
    private readonly Tensor _all;
    private readonly Tensor? _missing;
    private readonly double[] _squares;
    private readonly Action _checkAlive;
    private readonly SymmetricSystem? _system;

    /// <param name="squares"><c>X'X</c>, <c>[P, P]</c>, Float64.</param>
    /// <param name="products"><c>X'Y</c>, <c>[P, Q]</c>, Float64; it is copied.</param>
    /// <param name="missing">The <c>X'X</c> of the rows without each output, <c>[Q, P, P]</c>, Float64; null where none is missing.</param>
    /// <param name="checkAlive">Throws when the computation was cancelled.</param>
    public RidgeSystem(Tensor squares, Tensor products, Tensor? missing, Action checkAlive)
    {
        using var scope = NewDisposeScope();
        (_all, _missing, _checkAlive) = (squares, missing, checkAlive);
        _squares = squares.diagonal().contiguous().AsDoubles().ToArray();
        _products = products.clone().DetachFromDisposeScope();
        _system = missing is null ? SymmetricSystem.Of(squares.clone(), checkAlive) : null;
    }

    /// <summary>W, <c>[P, Q]</c>. Where the matrix is not positive definite to rounding, the penalty is 10 times as large, or 100 times, and so on.</summary>
    /// <param name="penalty">r over the mean of the diagonal of <c>X'X</c>; above 0.</param>
    /// <exception cref="InvalidOperationException">The rows are not finite.</exception>
    public Tensor Solve(double penalty) => _system is null ? SolveApart(penalty) : SolveTogether(_system, penalty);

    public void Dispose()
    {
        _system?.Dispose();
        _products.Dispose();
    }

    private Tensor SolveApart(double penalty)
    {
        using var scope = NewDisposeScope();
        return cat([.. Enumerable.Range(0, (int)_products.shape[1]).Select(Own)], 1).MoveToOuterDisposeScope();

        Tensor Own(int output)
        {
            using var own = new RidgeSystem(_all.Minus(_missing!.select(0, output)), _products.narrow(1, output, 1), null, _checkAlive);
            return own.Solve(penalty);
        }
    }

    private Tensor SolveTogether(SymmetricSystem system, double penalty)
    {
        // If all inputs are zero the matrix is zero, and any penalty gives zero weights.
        var unit = Math.Max(_squares.Average(), double.Epsilon * 1e300);
        for (; penalty * unit < double.PositiveInfinity; penalty *= Stronger)
        {
            var added = penalty * unit;
            if (system.TryFactor(Array.ConvertAll(_squares, square => square + added)))
            {
                return system.Solve(_products);
            }
        }
        throw new InvalidOperationException(
            "The linear part of the forecast has no solution: the squares of the windows' values are beyond double precision. Scale the column, e.g. to a mean of 0 and a deviation of 1.");
    }
}
