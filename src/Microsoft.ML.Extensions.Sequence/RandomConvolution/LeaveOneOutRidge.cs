using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A ridge regression for one penalty.</summary>
/// <param name="Penalty">In units of the mean squared length of a row; infinite for the mean alone.</param>
/// <param name="LeftOut">The prediction of each row by the regression on all others, <c>[N, K]</c>.</param>
/// <param name="Solution">The solution, which <see cref="LeaveOneOutRidge.Weights"/> turns into weights.</param>
internal sealed record RidgeFit(double Penalty, double[] LeftOut, double[] Solution);

/// <summary>
/// Weighted ridge regression with a free constant, <c>min sum_i w_i |y_i - b - W' x_i|^2 + r |W|^2</c>, in closed form under any number of
/// penalties, with what it
/// says of each row when that row is left out.
/// </summary>
/// <remarks>
/// <para>With fewer rows than features the dual system of <c>[N, N]</c> is solved, else that of <c>[F, F]</c>. Either matrix is computed
/// once and serves all penalties.</para>
/// <para>A row's left-out residual is that of the full fit divided by one minus its leverage: exact, except for the centre and scale of
/// features, which no label enters
/// (Golub, Heath, Wahba 1979; Rifkin and Lippert 2007).</para>
/// </remarks>
internal sealed class LeaveOneOutRidge : IDisposable
{
    // The rows converted to double precision at a time, and the columns of a product between two checks for cancellation.
    private const int Strip = 256;
    private const int Columns = 1024;

    // A row with all of the weight cannot be predicted by the others.
    private const double Alone = 1e-12;

    private readonly Tensor _features;
    private readonly double[] _targets;
    private readonly double[] _weights;
    private readonly double[] _mean;
    private readonly double[] _diagonal;
    private readonly SymmetricSystem _system;
    private readonly double _unit;
    private readonly Action _checkAlive;

    /// <param name="features"><c>[N, F]</c> Single on the CPU, each column of weighted mean 0.</param>
    /// <param name="targets"><c>[N, K]</c>.</param>
    /// <param name="weights"><c>[N]</c>, above 0.</param>
    /// <param name="checkAlive">Throws when the computation was cancelled.</param>
    public LeaveOneOutRidge(Tensor features, double[] targets, double[] weights, Action checkAlive)
    {
        (_features, _targets, _weights, _checkAlive) = (features, targets, weights, checkAlive);
        _mean = new double[Outputs];
        var total = weights.Sum();
        for (var i = 0; i < targets.Length; i++)
        {
            _mean[i % Outputs] += weights[i / Outputs] * targets[i] / total;
        }
        using var scope = NewDisposeScope();
        var matrix = IsDual ? RowProducts() : ColumnProducts();
        _diagonal = matrix.diagonal().contiguous().AsDoubles().ToArray();
        // If all features are constant the matrix is zero, and any penalty gives zero weights.
        _unit = Math.Max(_diagonal.Sum() / total, double.Epsilon * 1e300);
        _system = SymmetricSystem.Of(matrix, checkAlive);
    }

    /// <summary>The bytes of a regression, without the features.</summary>
    public static long Bytes(long rows, long features) =>
        SymmetricSystem.Bytes(Math.Min(rows, features)) + (sizeof(double) * 2L * Strip * features);

    private int Rows => _weights.Length;

    private int Outputs => _targets.Length / _weights.Length;

    private bool IsDual => Rows <= _features.shape[1];

    /// <summary>The regression for a penalty; null where the system is not positive definite to rounding.</summary>
    /// <param name="penalty">Above 0, in units of the mean squared length of a row; may be infinite.</param>
    public RidgeFit? Fit(double penalty)
    {
        if (double.IsPositiveInfinity(penalty))
        {
            return new RidgeFit(penalty, MeanOfOthers(), []);
        }
        using var scope = NewDisposeScope();
        var ridge = penalty * _unit;
        if (!_system.TryFactor([.. _diagonal.Select(value => value + ridge)]))
        {
            return null;
        }
        var (solution, residuals, leverages) = IsDual ? Dual(ridge) : Primal();
        var leftOut = new double[_targets.Length];
        for (var i = 0; i < leftOut.Length; i++)
        {
            var row = i / Outputs;
            var kept = 1 - leverages[row] - Share(row);
            leftOut[i] = kept > Alone ? _targets[i] - (residuals[i] / kept) : _mean[i % Outputs];
        }
        return new RidgeFit(penalty, leftOut, solution);
    }

    /// <summary>The weights <c>[F, K]</c> and the constants <c>[K]</c> of a fit.</summary>
    public (double[] Weights, double[] Offset) Weights(RidgeFit fit)
    {
        var offset = (double[])_mean.Clone();
        if (fit.Solution.Length == 0)
        {
            return (new double[_features.shape[1] * Outputs], offset);
        }
        if (!IsDual)
        {
            return (fit.Solution, offset);
        }
        using var scope = NewDisposeScope();
        var weights = zeros(_features.shape[1], Outputs, ScalarType.Float64);
        foreach (var (start, rows) in Strips())
        {
            using var step = NewDisposeScope();
            weights.addmm_(Scaled(start, rows).t(),
                fit.Solution.AsSpan((int)(start * Outputs), (int)(rows * Outputs)).ToArray().ToAligned(rows, Outputs), 1, 1);
        }
        return (weights.AsDoubles().ToArray(), offset);
    }

    public void Dispose() => _system.Dispose();

    // With A = (S K S + r)^-1 S y the scaled residual is r A, and one minus the leverage r times the inverse's diagonal.
    private (double[] Solution, double[] Residuals, double[] Leverages) Dual(double ridge)
    {
        var solution = _system.Solve(ScaledTargets()).contiguous().AsDoubles().ToArray();
        var leverages = _system.InverseDiagonal();
        for (var row = 0; row < Rows; row++)
        {
            leverages[row] = 1 - (ridge * leverages[row]);
        }
        return (solution, [.. solution.Select((value, i) => ridge * value / Math.Sqrt(_weights[i / Outputs]))], leverages);
    }

    private (double[] Solution, double[] Residuals, double[] Leverages) Primal()
    {
        var targets = ScaledTargets();
        var products = zeros(_features.shape[1], Outputs, ScalarType.Float64);
        foreach (var (start, rows) in Strips())
        {
            using var step = NewDisposeScope();
            products.addmm_(Scaled(start, rows).t(), targets.narrow(0, start, rows), 1, 1);
        }
        var solution = _system.Solve(products).contiguous();
        var (residuals, leverages) = (new double[_targets.Length], new double[Rows]);
        foreach (var (start, rows) in Strips())
        {
            using var step = NewDisposeScope();
            var scaled = Scaled(start, rows);
            (scaled * _system.Solve(scaled.t().contiguous()).t()).sum([1]).AsDoubles().CopyTo(leverages.AsSpan((int)start));
            var left = targets.narrow(0, start, rows).Minus(scaled.mm(solution)).contiguous().AsDoubles();
            for (var i = 0; i < left.Length; i++)
            {
                var place = (int)(start * Outputs) + i;
                residuals[place] = left[i] / Math.Sqrt(_weights[place / Outputs]);
            }
        }
        return (solution.AsDoubles().ToArray(), residuals, leverages);
    }

    private double Share(int row) => _weights[row] / _weights.Sum();

    private double[] MeanOfOthers()
    {
        var total = _weights.Sum();
        return [.. _targets.Select((target, i) =>
        {
            var (weight, mean) = (_weights[i / Outputs], _mean[i % Outputs]);
            return total - weight > Alone * total ? ((mean * total) - (weight * target)) / (total - weight) : mean;
        })];
    }

    // sqrt(w) (y - mean), [N, K].
    private Tensor ScaledTargets() =>
        _targets.Select((target, i) => (target - _mean[i % Outputs]) * Math.Sqrt(_weights[i / Outputs])).ToArray().ToAligned(Rows, Outputs);

    // sqrt(w) x of some rows, in double precision.
    private Tensor Scaled(long start, long rows)
    {
        _checkAlive();
        var roots = _weights.AsSpan((int)start, (int)rows).ToArray().Select(Math.Sqrt).ToArray();
        return _features.narrow(0, start, rows).to_type(ScalarType.Float64).mul_(roots.ToAligned(rows, 1));
    }

    // The products of rows with rows, below the diagonal and on it.
    private Tensor RowProducts()
    {
        var matrix = empty(Rows, Rows, dtype: ScalarType.Float64);
        foreach (var (start, rows) in Strips())
        {
            using var scope = NewDisposeScope();
            var strip = Scaled(start, rows);
            foreach (var (other, columns) in Strips().TakeWhile(part => part.Start <= start))
            {
                using var step = NewDisposeScope();
                var with = other == start ? strip : Scaled(other, columns);
                matrix.narrow(0, start, rows).narrow(1, other, columns).copy_(strip.mm(with.t()));
            }
        }
        return matrix;
    }

    // The products of columns with columns, below the diagonal and on it.
    private Tensor ColumnProducts()
    {
        var features = _features.shape[1];
        var matrix = zeros(features, features, ScalarType.Float64);
        foreach (var (start, rows) in Strips())
        {
            using var scope = NewDisposeScope();
            var strip = Scaled(start, rows);
            for (long column = 0; column < features; column += Columns)
            {
                _checkAlive();
                using var step = NewDisposeScope();
                var columns = Math.Min(Columns, features - column);
                matrix.narrow(0, column, features - column).narrow(1, column, columns)
                    .addmm_(strip.narrow(1, column, features - column).t(), strip.narrow(1, column, columns), 1, 1);
            }
        }
        return matrix;
    }

    private IEnumerable<(long Start, long Rows)> Strips()
    {
        for (long start = 0; start < Rows; start += Strip)
        {
            yield return (start, Math.Min(Strip, Rows - start));
        }
    }
}
