namespace Microsoft.ML.Extensions.Samples;

/// <summary>
/// The waveforms of Breiman, Friedman, Olshen and Stone ("Classification and Regression Trees", 1984): each class is a random mixture of
/// two of three triangles at 21 positions, with normal noise. The best possible classifier is right in about 86 percent.
/// </summary>
internal static class Waveforms
{
    private const int Places = 21;

    private static readonly (int First, int Second)[] Mixtures = [(7, 15), (7, 11), (15, 11)];

    /// <summary>Rows of three equally likely classes.</summary>
    public static Table Generate(int rows, int seed)
    {
        var random = new Random(seed);
        return new Table([.. Enumerable.Range(0, rows).Select(_ => Row(random.Next(3), random))]);
    }

    private static TableRow Row(int waveform, Random random)
    {
        var ((first, second), share) = (Mixtures[waveform], random.NextDouble());
        return new TableRow
        {
            Class = $"waveform {waveform + 1}",
            Features = [.. Enumerable.Range(1, Places)
                .Select(place => (float)((share * Triangle(place, first)) + ((1 - share) * Triangle(place, second)) + Normal(random)))],
        };
    }

    private static double Triangle(int place, int peak) => Math.Max(0, 6 - Math.Abs(place - peak));

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
