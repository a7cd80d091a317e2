namespace Microsoft.ML.Extensions.Kernels;

/// <summary>How the variance of preactivations flows with depth at criticality (Roberts, Yaida, Hanin 2022, arXiv 2106.10165).</summary>
public enum UniversalityClass
{
    /// <summary>Every variance is preserved: linear, ReLU, leaky ReLU.</summary>
    ScaleInvariant,

    /// <summary>It falls to 0, by a power of depth: tanh, sine, erf.</summary>
    ZeroFixedPoint,

    /// <summary>It has a fixed point that is weakly attracting from one side and weakly repelling on the other: SWISH, GELU.</summary>
    HalfStable,

    /// <summary>No initialisation preserves the size of both signals and gradients: sigmoid, softplus.</summary>
    None,
}
