namespace Microsoft.ML.Extensions.Tests;

/// <summary>Small sequence sets that a sequence trainer learns in seconds; the same seed gives the same rows.</summary>
/// <remarks>
/// Class k is a wave of k + 1 periods in noise, in every channel with its own phase; the target is the wave's amplitude.
/// So the class needs the order of the values, not only their distribution.
/// </remarks>
public static class TinyData
{
    /// <summary>Rows of equal length, classes "a", "b", ... in turn.</summary>
    public static SequenceRow[] Rows(int count, int seed, int classes = 2, int steps = 16, int channels = 1) =>
        Rows(count, seed, classes, steps, steps, channels);

    /// <summary>Rows of minSteps to maxSteps steps.</summary>
    public static SequenceRow[] Rows(int count, int seed, int classes, int minSteps, int maxSteps, int channels)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => Row(random, i % classes, random.Next(minSteps, maxSteps + 1), channels))];
    }

    /// <summary>Univariate rows of equal length, [16, 1].</summary>
    public static IDataView Univariate(MLContext ml, int count = 60, int seed = 1, int classes = 2) =>
        SequenceRow.ToDataView(ml, Rows(count, seed, classes), 16, 1);

    /// <summary>Three channels, equal length, [16, 3].</summary>
    public static IDataView Multivariate(MLContext ml, int count = 60, int seed = 1, int classes = 3) =>
        SequenceRow.ToDataView(ml, Rows(count, seed, classes, channels: 3), 16, 3);

    /// <summary>Two channels, 8 to 20 steps, [0, 2].</summary>
    public static IDataView UnequalLength(MLContext ml, int count = 60, int seed = 1, int classes = 2) =>
        SequenceRow.ToDataView(ml, Rows(count, seed, classes, 8, 20, 2), 0, 2);

    private static SequenceRow Row(Random random, int label, int steps, int channels)
    {
        var amplitude = 1 + random.NextDouble();
        var phases = Enumerable.Range(0, channels).Select(_ => Math.PI * random.NextDouble() / 2).ToArray();
        var values = new float[steps * channels];
        for (var i = 0; i < values.Length; i++)
        {
            var angle = (2 * Math.PI * (label + 1) * (i / channels) / steps) + phases[i % channels];
            values[i] = (float)((amplitude * Math.Sin(angle)) + (0.1 * Normal.Next(random)));
        }
        return new SequenceRow
        {
            Features = values,
            Label = ((char)('a' + label)).ToString(),
            Target = (float)amplitude,
            IsFirst = label == 0
        };
    }
}
