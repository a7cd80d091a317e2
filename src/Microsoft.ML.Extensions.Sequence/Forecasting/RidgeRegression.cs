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
    /// <param name="outputs"><c>[N, Q]</c>.</param>
    public void Add(Tensor inputs, Tensor outputs)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (inputs.to_type(ScalarType.Float64), outputs.to_type(ScalarType.Float64));
        _inputs.add_(x.t().mm(x), Numbers.One);
        _products.add_(x.t().mm(y), Numbers.One);
        _outputs += y.Squared().sum().Item<double>();
        Rows += inputs.shape[0];
    }

    /// <summary>Adds the rows of another regression.</summary>
    public void Add(RidgeRegression other)
    {
        _inputs.add_(other._inputs, Numbers.One);
        _products.add_(other._products, Numbers.One);
        _outputs += other._outputs;
        Rows += other.Rows;
    }

    /// <summary>The system of these rows, which any number of penalties are solved with; rows added later are not in it.</summary>
    /// <param name="checkAlive">Throws when the computation was cancelled; the system asks it between blocks.</param>
    public RidgeSystem System(Action checkAlive) => new(_inputs, _products, checkAlive);

    /// <summary>The squared error of these weights over the rows, summed.</summary>
    public double Error(Tensor weights)
    {
        using var scope = NewDisposeScope();
        var explained = (weights * _inputs.mm(weights)).sum().Item<double>();
        return explained - (2 * (weights * _products).sum().Item<double>()) + _outputs;
    }

    public void Dispose()
    {
        _inputs.Dispose();
        _products.Dispose();
    }
}
