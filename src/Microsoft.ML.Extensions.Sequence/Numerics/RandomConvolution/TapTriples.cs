namespace Microsoft.ML.Extensions.Numerics.RandomConvolution;

/// <summary>The kernels: nine taps of -1, three of which are 2 instead, so that a kernel sums to zero.</summary>
/// <remarks>All 84 choices of the three, in ascending order (MiniRocket). The order is that of the model files.</remarks>
internal static class TapTriples
{
    public const int Taps = 9;

    /// <summary>9 choose 3.</summary>
    public const int Count = 84;

    /// <summary>The places of the three taps of each kernel.</summary>
    public static IReadOnlyList<(int First, int Second, int Third)> All { get; } =
    [
        .. from first in Enumerable.Range(0, Taps)
           from second in Enumerable.Range(first + 1, Taps - first - 1)
           from third in Enumerable.Range(second + 1, Taps - second - 1)
           select (first, second, third),
    ];
}
