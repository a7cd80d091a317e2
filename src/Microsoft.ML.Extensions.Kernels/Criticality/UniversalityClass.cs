namespace Microsoft.ML.Extensions.Kernels;

/// <summary>How the variance of preactivations flows with depth at criticality (Roberts, Yaida, Hanin 2022, arXiv 2106.10165).</summary>
public enum UniversalityClass
{
    /// <summary>Whatever the variance, it stays: linear, ReLU, leaky ReLU.</summary>
    ScaleInvariant,

    /// <summary>It falls to 0, by a power of depth: tanh, sine, erf.</summary>
    ZeroFixedPoint,

    /// <summary>It stays at one value, is drawn to it from one side and away from it on the other, very slowly: SWISH, GELU.</summary>
    HalfStable,

    /// <summary>There is no initialisation at which signals and gradients both keep their size: sigmoid, softplus.</summary>
    None,
}
