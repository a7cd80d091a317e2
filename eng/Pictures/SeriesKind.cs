namespace Microsoft.ML.Extensions.Pictures;

/// <summary>Series of two classes.</summary>
/// <param name="No">The name of one class.</param>
/// <param name="Yes">The name of the other.</param>
/// <param name="Length">The steps of a row.</param>
/// <param name="Create">The row of a class.</param>
internal sealed record SeriesKind(string No, string Yes, int Length, Func<Random, bool, float[]> Create)
{
    /// <summary>A high burst and a low one: the classes have the same values, in another order.</summary>
    public static SeriesKind Order { get; } = new("high, then low", "low, then high", 60, (random, yes) =>
    {
        var (first, second, sign) = (random.Next(5, 20), random.Next(35, 50), yes ? -1 : 1);
        return Noisy(random, 60, 0.8, i => sign * (Bump(i - first, 3) - Bump(i - second, 3)));
    });

    /// <summary>Long waves that differ a little in how fast they are.</summary>
    public static SeriesKind Frequency { get; } = new("slower", "faster", 300, (random, yes) =>
    {
        var phase = random.NextDouble() * 2 * Math.PI;
        return Noisy(random, 300, 1, i => Math.Sin(phase + (i * (yes ? 0.115 : 0.1))));
    });

    /// <summary>A level that changes for good at some time.</summary>
    public static SeriesKind Level { get; } = new("stays", "rises", 60, (random, yes) =>
    {
        var change = random.Next(15, 45);
        return Noisy(random, 60, 1.2, i => yes && i > change ? 1 : 0);
    });

    /// <summary>Two peaks, whose distance tells the class.</summary>
    public static SeriesKind Distance { get; } = new("close", "far", 40, (random, yes) =>
    {
        var distance = yes ? 15 : 8;
        var first = random.Next(0, 40 - 16);
        return Noisy(random, 40, 0.6, i => i == first || i == first + distance ? 2 : 0);
    });

    /// <summary>A short shape anywhere in the noise: a peak, or one that is broken in the middle.</summary>
    public static SeriesKind Shape { get; } = new("one peak", "two peaks", 100, (random, yes) =>
    {
        var at = random.Next(15, 85);
        return Noisy(random, 100, 0.6, i => (2 * Bump(i - at, 6)) - (yes ? 1.6 * Bump(i - at, 2) : 0));
    });

    private static double Bump(double x, double width) => Math.Exp(-x * x / (2 * width * width));

    private static float[] Noisy(Random random, int length, double noise, Func<int, double> value) =>
        [.. Enumerable.Range(0, length).Select(i => (float)(value(i) + (noise * 2 * (random.NextDouble() + random.NextDouble() - 1))))];
}
