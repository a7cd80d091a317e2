namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The activation of an infinitely wide network; see <see cref="DualActivation"/>.</summary>
public enum KernelActivation
{
    /// <summary>max(z, 0). The default.</summary>
    Relu,

    /// <summary>z above 0 and <see cref="NeuralTangentKernelOptions.LeakySlope"/> z below.</summary>
    LeakyRelu,

    /// <summary>erf(z).</summary>
    Erf,

    /// <summary>z Phi(z).</summary>
    Gelu,

    /// <summary>sin(sqrt(a) z) with a = <see cref="NeuralTangentKernelOptions.SineFrequency"/>.</summary>
    Sine,

    /// <summary>The sum of Hermite polynomials of <see cref="NeuralTangentKernelOptions.Coefficients"/>.</summary>
    Hermite,

    /// <summary>The one whose dual is the polynomial of <see cref="NeuralTangentKernelOptions.Coefficients"/>.</summary>
    Polynomial,

    /// <summary>
    /// The one whose infinitely deep network is Bayes-optimal for rows of <see cref="NeuralTangentKernelOptions.IntrinsicDimension"/>
    /// dimensions.
    /// </summary>
    Optimal,
}
