namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// The initialisation for which an activation preserves the size of signals and of gradients through any number of layers.
/// </summary>
/// <remarks>
/// <para>
/// Biases have the variance C_b and weights C_W / n, n being the inputs of a neuron. With <c>g(K) = &lt;sigma(z)^2&gt;</c> for normal z of
/// variance K, the variance of preactivations follows <c>K' = C_b + C_W g(K)</c>. An initialisation is critical if there is a K* with
/// <c>K' = K</c>, with <c>chi_par = C_W g'(K) = 1</c>, so that deviations of K neither grow nor decay, and with
/// <c>chi_perp = C_W &lt;sigma'^2&gt; = 1</c>, so that gradients, and angles between inputs, do not.
/// </para>
/// <para>
/// Source: Roberts, Yaida, Hanin, "The Principles of Deep Learning Theory", 2022, arXiv 2106.10165. Here the classes are found
/// numerically, so that they are defined for any function, including "none"; and the class of K* = 0 includes functions that are not smooth
/// at 0.
/// </para>
/// </remarks>
public sealed record CriticalPoint
{
    internal CriticalPoint(ActivationFunction activation, UniversalityClass universalityClass) =>
        (Activation, Class) = (activation, universalityClass);

    /// <summary>The activation.</summary>
    public ActivationFunction Activation { get; }

    /// <summary>The class of its flow.</summary>
    public UniversalityClass Class { get; }

    /// <summary>Whether there is such an initialisation.</summary>
    public bool Exists => Class != UniversalityClass.None;

    /// <summary>The reason why there is none; empty where there is one.</summary>
    public string Reason { get; internal init; } = "";

    /// <summary>C_b, the variance of biases; NaN where there is none.</summary>
    public double BiasVariance { get; internal init; } = double.NaN;

    /// <summary>C_W, the variance of weights times the inputs of a neuron; NaN where there is none.</summary>
    public double WeightVariance { get; internal init; } = double.NaN;

    /// <summary>
    /// K*, the fixed point of the variance: 0 for its class, NaN where every variance is fixed or there is no critical point.
    /// </summary>
    public double Kernel { get; internal init; } = double.NaN;

    /// <summary>p_0: K falls as depth^-p_0 at criticality; 0 where it stays.</summary>
    public double KernelExponent { get; internal init; }

    /// <summary>p_perp: the product of chi_perp over the layers falls as depth^-p_perp; 0 where it stays.</summary>
    public double GradientExponent { get; internal init; }

    /// <summary>
    /// nu without residual weight: what a hidden layer of n neurons adds to n Var(K) / K^2, in the limit of depth; NaN where there is none.
    /// </summary>
    public double Fluctuation { get; internal init; } = double.NaN;

    /// <summary>The critical point of an activation.</summary>
    /// <param name="activation">The activation, of the package or any other.</param>
    public static CriticalPoint Of(ActivationFunction activation)
    {
        ArgumentNullException.ThrowIfNull(activation);
        return CriticalitySolver.Solve(activation);
    }

    /// <summary>
    /// C_b and C_W of a network whose layers add their input times <paramref name="residualWeight"/>: both times 1 - gamma^2, at the same
    /// K*; chi_par and chi_perp get gamma^2 more.
    /// </summary>
    /// <param name="residualWeight">gamma, 0 to below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">gamma is out of range.</exception>
    public (double BiasVariance, double WeightVariance) WithResidual(double residualWeight)
    {
        ResidualWeights.Check(residualWeight);
        var rest = 1 - (residualWeight * residualWeight);
        return (rest * BiasVariance, rest * WeightVariance);
    }

    /// <summary>nu(gamma) of a network with a residual weight; see <see cref="Fluctuation"/>.</summary>
    /// <param name="residualWeight">gamma, 0 to below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">gamma is out of range.</exception>
    public double FluctuationWith(double residualWeight)
    {
        ResidualWeights.Check(residualWeight);
        var square = residualWeight * residualWeight;
        return ((1 - square) * (1 - square) * Fluctuation) + (4 * square * (1 - square) * DecayFactor);
    }

    // In the class of K* = 0 fluctuations decay with K while new ones are added: a third of them remains.
    internal double DecayFactor => Class == UniversalityClass.ZeroFixedPoint ? 1.0 / 3 : 1;
}
