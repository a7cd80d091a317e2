namespace Microsoft.ML.Extensions.Samples;

/// <summary>Cylinder-Bell-Funnel: three shapes of series of 128 steps, hidden in noise.</summary>
/// <remarks>
/// With t = 1..128, eta and each epsilon from N(0, 1), a from {16..32} and b - a from {32..96}, between a and b:
/// cylinder <c>6 + eta</c>, bell <c>(6 + eta)(t - a)/(b - a)</c>, funnel <c>(6 + eta)(b - t)/(b - a)</c>; 0 elsewhere; plus epsilon.
/// Source: Saito, "Local feature extraction and its applications using a library of bases", thesis, Yale, 1994.
/// </remarks>
public static class CylinderBellFunnel
{
    public const int Steps = 128;

    private static readonly string[] Shapes = ["cylinder", "bell", "funnel"];

    /// <summary>Rows with <c>Label</c> (text) and <c>Features</c> ([128, 1]); the three shapes take turns.</summary>
    public static IDataView Load(MLContext ml, int rows, int seed) => ml.Data.LoadFromEnumerable(Generate(rows, seed));

    public static IReadOnlyList<Series> Generate(int rows, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(row => Draw(Shapes[row % Shapes.Length], random))];
    }

    private static Series Draw(string shape, Random random)
    {
        var (height, start, length) = (6 + Normal(random), random.Next(16, 33), random.Next(32, 97));
        var end = start + length;
        double Level(int t) => t < start || t > end ? 0 : shape switch
        {
            "cylinder" => height,
            "bell" => height * (t - start) / length,
            _ => height * (end - t) / length,
        };
        return new Series { Label = shape, Features = [.. Enumerable.Range(1, Steps).Select(t => (float)(Level(t) + Normal(random)))] };
    }

    // Box and Muller 1958; 1 - u keeps the logarithm finite.
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
