using static System.FormattableString;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The bounds of gamma, the part of a layer's input that is added to its output.</summary>
internal static class ResidualWeights
{
    /// <summary>The largest gamma: at 1 the critical variance of the layer itself would be 0.</summary>
    public const double Largest = 0.9999;

    public static void Check(double residualWeight)
    {
        if (!(residualWeight is >= 0 and <= Largest))
        {
            throw new ArgumentOutOfRangeException(
                nameof(residualWeight), Invariant($"The residual weight is {Text.Of(residualWeight)}; allowed is 0 to {Largest}."));
        }
    }
}
