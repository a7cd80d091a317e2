namespace Microsoft.ML.Extensions.Kernels;

/// <summary>An activation as a function of one number with its derivative: one of the package, or any other given as a delegate.</summary>
public sealed class ActivationFunction
{
    private const double DifferenceStep = 1e-3, ProbeReach = 5, ProbeStep = 0.25;

    private readonly Func<double, double> _value;
    private readonly Func<double, double> _derivative;

    private ActivationFunction(string name, Func<double, double> value, Func<double, double>? derivative) =>
        (Name, _value, _derivative) = (name, value, derivative ?? (z => Difference(value, z)));

    /// <summary>Its name in advice and errors.</summary>
    public string Name { get; }

    /// <summary>An activation of the package.</summary>
    /// <param name="activation">Which one.</param>
    /// <param name="negativeSlope">The slope of <see cref="DeepActivation.LeakyRelu"/> below 0; ignored by the others.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such activation.</exception>
    public static ActivationFunction Of(DeepActivation activation, double negativeSlope = 0.01) => activation switch
    {
        DeepActivation.Relu => new("ReLU", z => Math.Max(z, 0), Step(0, 1)),
        DeepActivation.LeakyRelu =>
            new($"leaky ReLU of slope {Text.Of(negativeSlope)}", z => z < 0 ? negativeSlope * z : z, Step(negativeSlope, 1)),
        DeepActivation.Tanh => new("tanh", Math.Tanh, z => 1 - (Math.Tanh(z) * Math.Tanh(z))),
        DeepActivation.Erf => new("erf", ErrorFunction.Of, z => 2 / Math.Sqrt(Math.PI) * Math.Exp(-z * z)),
        DeepActivation.Sine => new("sine", Math.Sin, Math.Cos),
        DeepActivation.Gelu => new("GELU", z => z * NormalBelow(z), z => NormalBelow(z) + (z * GaussianMean.Density(z))),
        DeepActivation.GeluTanh => new("GELU by tanh", z => z * (1 + Math.Tanh(Inner(z))) / 2, GeluTanhDerivative),
        DeepActivation.Swish => new("SWISH", z => z * Sigmoid(z), z => Sigmoid(z) * (1 + (z * Sigmoid(-z)))),
        DeepActivation.Softplus => new("softplus", z => Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z))), Sigmoid),
        DeepActivation.Sigmoid => new("sigmoid", Sigmoid, z => Sigmoid(z) * Sigmoid(-z)),
        DeepActivation.Linear => new("linear", z => z, _ => 1),
        _ => throw new ArgumentOutOfRangeException(
            nameof(activation), activation,
                $"There is no such activation; there are {string.Join(", ", Enum.GetNames<DeepActivation>())}."),
    };

    /// <summary>Any function as an activation. It may have kinks and jumps.</summary>
    /// <param name="name">Its name in advice and errors.</param>
    /// <param name="value">The function.</param>
    /// <param name="derivative">
    /// Its derivative; null takes differences of the function, which are exact to about 1e-11 where it is smooth.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The function or its derivative is not a finite number somewhere in -5 to 5; the message says where.
    /// </exception>
    public static ActivationFunction FromDelegate(string name, Func<double, double> value, Func<double, double>? derivative = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(value);
        var function = new ActivationFunction(name, value, derivative);
        for (var z = -ProbeReach; z <= ProbeReach; z += ProbeStep)
        {
            if (!double.IsFinite(function.Value(z)) || !double.IsFinite(function.Derivative(z)))
            {
                throw new ArgumentException(
                    $"The activation '{name}' is {Text.Of(function.Value(z))} at {Text.Of(z)} with a derivative of {Text.Of(function.Derivative(z))}; "
                    + "both must be finite numbers from -5 to 5. Restrict the function to its domain.", nameof(value));
            }
        }
        return function;
    }

    /// <summary>The activation of a number.</summary>
    /// <param name="z">The number.</param>
    public double Value(double z) => _value(z);

    /// <summary>Its derivative there; at a kink, that of either side or between them.</summary>
    /// <param name="z">The number.</param>
    public double Derivative(double z) => _derivative(z);

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    // At a kink at 0 the derivative is the mean of both sides, as with symmetric differences.
    private static Func<double, double> Step(double below, double above) => z => z < 0 ? below : z > 0 ? above : (below + above) / 2;

    // A five-point formula, with an error of order step^4.
    private static double Difference(Func<double, double> value, double z)
    {
        var h = DifferenceStep * Math.Max(1, Math.Abs(z));
        return ((8 * (value(z + h) - value(z - h))) - (value(z + (2 * h)) - value(z - (2 * h)))) / (12 * h);
    }

    private static double NormalBelow(double z) => (1 + ErrorFunction.Of(z / Math.Sqrt(2))) / 2;

    private static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));

    private static double Inner(double z) => Math.Sqrt(2 / Math.PI) * (z + (0.044715 * z * z * z));

    private static double GeluTanhDerivative(double z)
    {
        var tanh = Math.Tanh(Inner(z));
        return ((1 + tanh) / 2) + (z / 2 * (1 - (tanh * tanh)) * Math.Sqrt(2 / Math.PI) * (1 + (3 * 0.044715 * z * z)));
    }
}
