using Microsoft.ML.Extensions.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>Initial weights and biases of layers.</summary>
internal sealed class InitialWeights
{
    private const double SmallestInput = 1e-3, OutputPart = 0.01;

    // nn.Linear's kaiming_uniform_ with a = sqrt(5) has the variance 1 / (3 n).
    private const double DefaultVariance = 1.0 / 3;

    private readonly DeepInitialization _kind;
    private readonly CriticalPoint? _point;

    /// <param name="kind">The initialisation.</param>
    /// <param name="point">The activation's critical point, which must exist if the initialisation is critical.</param>
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
            // Biases have the same bound as weights, 1 / sqrt(n); the dependence on n is ignored here.
            _ => new LayerVariances(0, DefaultVariance, residualWeight),
        };
    }

    /// <summary>
    /// The variances of the first layer, whose inputs have mean square 1: where K* is a single value, the weights are scaled so that K
    /// starts there, since it is not attracting.
    /// </summary>
    public LayerVariances First => _point is { Class: UniversalityClass.HalfStable }
        ? new LayerVariances(_point.BiasVariance, Math.Max(SmallestInput, _point.Kernel - _point.BiasVariance))
        : Hidden(0);

    /// <summary>
    /// The variances of the output layer: a tenth of the critical deviation, since the randomness of the initial outputs would remain in
    /// the trained ones. It scales all gradients equally.
    /// </summary>
    public LayerVariances Output => _kind == DeepInitialization.TorchDefault ? Hidden(0)
        : new LayerVariances(OutputPart * Hidden(0).Bias, OutputPart * Hidden(0).Weight);

    /// <summary>Draws weights of a shape whose first dimension is the neurons, and their biases.</summary>
    public (Parameter Weight, Parameter Bias) Draw(LayerVariances variances, Generator generator, params long[] shape)
    {
        var inputs = shape[1..].Aggregate((product, side) => product * side);
        return _kind == DeepInitialization.TorchDefault
            ? (Initial.Uniform(3 * inputs, generator, shape), Initial.Uniform(3 * inputs, generator, shape[0]))
            : (Initial.Normal(Math.Sqrt(variances.Weight / inputs), generator, shape),
                Initial.Normal(Math.Sqrt(variances.Bias), generator, shape[0]));
    }
}
