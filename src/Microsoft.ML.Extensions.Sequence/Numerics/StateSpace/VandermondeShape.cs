namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>The sizes of a sum of powers.</summary>
/// <param name="Features">H.</param>
/// <param name="Channels">M, the kernels a feature has over the same poles.</param>
/// <param name="Modes">The poles a feature has.</param>
/// <param name="Length">L.</param>
internal readonly record struct VandermondeShape(int Features, int Channels, int Modes, int Length)
{
    /// <summary>Powers a feature has.</summary>
    public long Work => (long)Modes * Length;
}
