using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Least squares with a penalty, <c>min |Y - X W|^2 + r |W|^2</c>, from sums over the rows, so that memory does not grow with their number.
/// </summary>
/// <remarks>Double precision. The penalty is relative to the mean square of the inputs.</remarks>
internal sealed class RidgeRegression : IDisposable
{
    private readonly Tensor _inputs;
    private readonly Tensor _products;
    private Tensor? _missing;
    private double _outputs;

    /// <param name="inputs">P.</param>
    /// <param name="outputs">Q.</param>
    public RidgeRegression(long inputs, long outputs)
    {
        _inputs = zeros(inputs, inputs, ScalarType.Float64).DetachFromDisposeScope();
        _products = zeros(inputs, outputs, ScalarType.Float64).DetachFromDisposeScope();
    }

    public long Rows { get; private set; }

    /// <summary>Adds rows.</summary>
    /// <param name="inputs"><c>[N, P]</c>.</param>
    /// <param name="outputs"><c>[N, Q]</c>; NaN where a row says nothing of an output.</param>
    public void Add(Tensor inputs, Tensor outputs)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (inputs.to_type(ScalarType.Float64), outputs.to_type(ScalarType.Float64));
        var missing = y.isnan();
        y = y.masked_fill(missing, Numbers.Zero);
        _inputs.add_(x.t().mm(x), Numbers.One);
        _products.add_(x.t().mm(y), Numbers.One);
        _outputs += y.Squared().sum().Item<double>();
        Rows += inputs.shape[0];
        if (missing.any().Item<bool>())
        {
            AddMissing(x, missing);
        }
    }

    /// <summary>Adds the rows of another regression.</summary>
    public void Add(RidgeRegression other)
    {
        _inputs.add_(other._inputs, Numbers.One);
        _products.add_(other._products, Numbers.One);
        _outputs += other._outputs;
        Rows += other.Rows;
        if (other._missing is not null)
        {
            Missing().add_(other._missing, Numbers.One);
        }
    }

    /// <summary>The system of these rows, which any number of penalties are solved with, until rows are added.</summary>
    /// <param name="checkAlive">Throws when the computation was cancelled; the system asks it between blocks.</param>
    public RidgeSystem System(Action checkAlive) => new(_inputs, _products, _missing, checkAlive);

    /// <summary>The squared error of these weights over the rows, summed.</summary>
    public double Error(Tensor weights)
    {
        using var scope = NewDisposeScope();
        var explained = (weights * _inputs.mm(weights)).sum().Item<double>();
        if (_missing is not null)
        {
            var columns = weights.t().unsqueeze(-1);
            explained -= (columns * _missing.bmm(columns)).sum().Item<double>();
        }
        return explained - (2 * (weights * _products).sum().Item<double>()) + _outputs;
    }

    public void Dispose()
    {
        _inputs.Dispose();
        _products.Dispose();
        _missing?.Dispose();
    }

    // For each output the X'X of the rows that say nothing of it: its own equations are those of the other rows.
    private Tensor Missing()
    {
        if (_missing is null)
        {
            var (inputs, outputs) = (_products.shape[0], _products.shape[1]);
            NetworkMemory.Ask(2 * outputs, inputs, inputs);
            _missing = zeros(outputs, inputs, inputs, ScalarType.Float64).DetachFromDisposeScope();
        }
        return _missing;
    }

    private void AddMissing(Tensor x, Tensor missing)
    {
        for (var output = 0L; output < missing.shape[1]; output++)
        {
            using var scope = NewDisposeScope();
            var rows = missing.select(1, output).nonzero().view(-1);
            if (rows.shape[0] > 0)
            {
                var without = x.index_select(0, rows);
                Missing().select(0, output).add_(without.t().mm(without), Numbers.One);
            }
        }
    }
}
