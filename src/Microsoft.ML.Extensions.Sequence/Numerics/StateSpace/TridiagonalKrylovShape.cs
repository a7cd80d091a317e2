namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>The sizes and factors of <see cref="TridiagonalKrylov"/>.</summary>
/// <param name="Features">H.</param>
/// <param name="Size">N.</param>
/// <param name="Channels">M.</param>
/// <param name="Length">L.</param>
/// <param name="Forward">The factor of the solved part of a step: 1 / alpha of the bilinear transform.</param>
/// <param name="Back">The factor of the subtracted state: (1 - alpha) / alpha.</param>
internal readonly record struct TridiagonalKrylovShape(int Features, int Size, int Channels, int Length, float Forward, float Back)
{
    /// <summary>The shape for a transform.</summary>
    /// <param name="features">H.</param>
    /// <param name="size">N.</param>
    /// <param name="channels">M.</param>
    /// <param name="length">L.</param>
    /// <param name="alpha">The alpha of the generalised bilinear transform, above 0.</param>
    public static TridiagonalKrylovShape Of(int features, int size, int channels, int length, double alpha) =>
        new(features, size, channels, length, (float)(1 / alpha), (float)((1 - alpha) / alpha));
}
