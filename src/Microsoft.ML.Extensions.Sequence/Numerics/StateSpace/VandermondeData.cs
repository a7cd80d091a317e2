namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>Poles and weights, real and imaginary parts apart; also their gradients.</summary>
internal unsafe struct VandermondeData
{
    /// <summary>Re lambda, [H, modes].</summary>
    public float* PoleReal;

    /// <summary>Im lambda, [H, modes].</summary>
    public float* PoleImaginary;

    /// <summary>Re w, [H, M, modes].</summary>
    public float* WeightReal;

    /// <summary>Im w, [H, M, modes].</summary>
    public float* WeightImaginary;
}
