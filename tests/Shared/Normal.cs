namespace Microsoft.ML.Extensions.Tests;

/// <summary>Standard normal numbers by Box and Muller.</summary>
public static class Normal
{
    public static double Next(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
