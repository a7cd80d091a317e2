using System.Globalization;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>
/// The seeds of tests with a bound on something trained: their own, or others where <c>MLX_SEED_OFFSET</c> asks for them.
/// </summary>
public static class TrainedSeed
{
    // So far apart that no run trains on what another one tests with.
    private const int Stride = 100;

    public static int Offset { get; } =
        Environment.GetEnvironmentVariable("MLX_SEED_OFFSET") is { Length: > 0 } offset ? int.Parse(offset, CultureInfo.InvariantCulture)
            : 0;

    public static int From(int seed) => seed + (Stride * Offset);
}
