namespace Microsoft.ML.Extensions.Numerics;

/// <summary>What <see cref="LaneKernels.Finish"/> applies to each number.</summary>
internal enum LaneActivation
{
    None,
    Relu,

    /// <summary>Exact, by the error function.</summary>
    Gelu,
    LeakyRelu,
    Tanh,
    Erf,
    Sine,

    /// <summary>GELU's approximation by a hyperbolic tangent.</summary>
    GeluTanh,
    Swish,
    Softplus,
    Sigmoid,
}
