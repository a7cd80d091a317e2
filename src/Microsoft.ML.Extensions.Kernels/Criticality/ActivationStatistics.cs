namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The statistics of an activation for preactivations of variance K.</summary>
/// <param name="Square">g(K) = &lt;sigma^2&gt;.</param>
/// <param name="SquareSlope">g'(K) = &lt;sigma^2 (z^2 - K)&gt; / (2 K^2).</param>
/// <param name="Fourth">&lt;sigma^4&gt;.</param>
/// <param name="DerivativeSquare">&lt;sigma'^2&gt;.</param>
internal sealed record ActivationStatistics(double Square, double SquareSlope, double Fourth, double DerivativeSquare)
{
    /// <param name="activation">The activation.</param>
    /// <param name="kernel">K, above 0.</param>
    public static ActivationStatistics Of(ActivationFunction activation, double kernel) => new(
        SquareAt(activation, kernel), SquareSlopeAt(activation, kernel),
        GaussianMean.Of(z => Math.Pow(activation.Value(z), 4), kernel), DerivativeSquareAt(activation, kernel));

    /// <summary>g(K).</summary>
    public static double SquareAt(ActivationFunction activation, double kernel) =>
        GaussianMean.Of(z => Squared(activation.Value(z)), kernel);

    /// <summary>g'(K).</summary>
    public static double SquareSlopeAt(ActivationFunction activation, double kernel) =>
        GaussianMean.Of(z => Squared(activation.Value(z)) * ((z * z) - kernel), kernel) / (2 * kernel * kernel);

    /// <summary>&lt;sigma'^2&gt; at K.</summary>
    public static double DerivativeSquareAt(ActivationFunction activation, double kernel) =>
        GaussianMean.Of(z => Squared(activation.Derivative(z)), kernel);

    /// <summary>
    /// (&lt;sigma^4&gt; - &lt;sigma^2&gt;^2) / K^2: what a layer of one neuron adds to the fluctuations, in units of C_W^2.
    /// </summary>
    public double Excess(double kernel) => (Fourth - (Square * Square)) / (kernel * kernel);

    private static double Squared(double value) => value * value;
}
