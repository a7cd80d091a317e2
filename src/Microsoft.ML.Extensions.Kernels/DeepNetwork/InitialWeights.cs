using Microsoft.ML.Extensions.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>First weights and biases of layers.</summary>
internal sealed class InitialWeights
{
    private const double SmallestInput = 1e-3, OutputPart = 0.01;

    // What nn.Linear's kaiming_uniform_ with a of sqrt(5) comes to: variance 1 / (3 n).
    private const double DefaultVariance = 1.0 / 3;

    private readonly DeepInitialization _kind;
    private readonly CriticalPoint? _point;

    /// <param name="kind">How they are drawn.</param>
    /// <param name="point">The activation's critical point, which must exist where that is asked for.</param>
    public InitialWeights(DeepInitialization kind, CriticalPoint point) =>
        (_kind, _point) = (kind, kind == DeepInitialization.Critical ? point : null);

    /// <summary>The variances of a layer that adds gamma times its input.</summary>
    public LayerVariances Hidden(double residualWeight)
    {
        if (_point is not null)
        {
            var (bias, weight) = _point.WithResidual(residualWeight);
            return new LayerVariances(bias, weight, residualWeight);
        }
        return _kind switch
        {
            DeepInitialization.He => new LayerVariances(0, 2, residualWeight),
            DeepInitialization.LeCun => new LayerVariances(0, 1, residualWeight),
            // Biases have the bound of weights, one over the root of n; that they vanish in n is left out.
            _ => new LayerVariances(0, DefaultVariance, residualWeight),
        };
    }

    /// <summary>
    /// The variances of the layer that reads numbers of mean square one: where K* is one value, the weights are such that K begins there,
    /// since nothing draws it there.
    /// </summary>
    public LayerVariances First => _point is { Class: UniversalityClass.HalfStable }
        ? new LayerVariances(_point.BiasVariance, Math.Max(SmallestInput, _point.Kernel - _point.BiasVariance))
        : Hidden(0);

    /// <summary>
    /// The variances of the layer of outputs: a tenth of the critical deviation, since what is random in the first outputs would stay in what
    /// is learned. It makes all gradients smaller alike.
    /// </summary>
    public LayerVariances Output => _kind == DeepInitialization.TorchDefault ? Hidden(0)
        : new LayerVariances(OutputPart * Hidden(0).Bias, OutputPart * Hidden(0).Weight);

    /// <summary>Draws weights of a shape whose first dimension is the neurons, and their biases.</summary>
    public (Parameter Weight, Parameter Bias) Draw(LayerVariances variances, Generator generator, params long[] shape)
    {
        var inputs = shape[1..].Aggregate((product, side) => product * side);
        return _kind == DeepInitialization.TorchDefault
            ? (Initial.Uniform(3 * inputs, generator, shape), Initial.Uniform(3 * inputs, generator, shape[0]))
            : (Initial.Normal(Math.Sqrt(variances.Weight / inputs), generator, shape), Initial.Normal(Math.Sqrt(variances.Bias), generator, shape[0]));
    }
}
