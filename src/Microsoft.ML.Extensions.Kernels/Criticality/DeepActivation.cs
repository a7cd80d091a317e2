namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The activations of deep networks.</summary>
public enum DeepActivation
{
    /// <summary><c>max(z, 0)</c>.</summary>
    Relu,

    /// <summary><c>z</c> above 0 and <c>slope * z</c> below.</summary>
    LeakyRelu,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>The error function.</summary>
    Erf,

    /// <summary><c>sin(z)</c>.</summary>
    Sine,

    /// <summary><c>z * (1 + erf(z / sqrt(2))) / 2</c> (Hendrycks and Gimpel 2016, arXiv 1606.08415).</summary>
    Gelu,

    /// <summary>GELU's approximation by a hyperbolic tangent, whose critical point differs in the fourth digit.</summary>
    GeluTanh,

    /// <summary><c>z * sigmoid(z)</c>, also called SiLU (Ramachandran et al. 2017, arXiv 1710.05941).</summary>
    Swish,

    /// <summary><c>log(1 + exp(z))</c>. It has no critical initialisation.</summary>
    Softplus,

    /// <summary><c>1 / (1 + exp(-z))</c>. It has no critical initialisation.</summary>
    Sigmoid,

    /// <summary><c>z</c>: a deep linear network.</summary>
    Linear,
}
