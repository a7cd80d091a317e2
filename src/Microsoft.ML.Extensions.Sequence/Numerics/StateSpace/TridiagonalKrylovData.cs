namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>
/// The memory of <see cref="TridiagonalKrylov"/>; H is always innermost. Tridiagonals are lower, main, upper, each [N], entry n in row n.
/// </summary>
internal unsafe struct TridiagonalKrylovData
{
    /// <summary>M of each feature, [3, N, H].</summary>
    public float* Solved;

    /// <summary>T, the same for all features, [3, N].</summary>
    public float* Multiplied;

    /// <summary>z, [N, H].</summary>
    public float* Seed;

    /// <summary>C, [M, N, H].</summary>
    public float* Outputs;

    /// <summary>X, [L, N, H].</summary>
    public float* States;

    /// <summary>K = C X, [M, L, H].</summary>
    public float* Kernel;
}
