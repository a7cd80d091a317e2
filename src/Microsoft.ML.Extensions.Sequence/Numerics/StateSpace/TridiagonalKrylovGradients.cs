namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>The memory of the backward pass of <see cref="TridiagonalKrylov"/>.</summary>
internal unsafe struct TridiagonalKrylovGradients
{
    /// <summary>dL/dK, [M, L, H]; read.</summary>
    public float* Kernel;

    /// <summary>dL/dM, [3, N, H].</summary>
    public float* Solved;

    /// <summary>dL/dT, the share of each feature, [3, N, H].</summary>
    public float* Multiplied;

    /// <summary>dL/dz, [N, H].</summary>
    public float* Seed;

    /// <summary>dL/dC, [M, N, H].</summary>
    public float* Outputs;
}
