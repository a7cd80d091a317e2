namespace Microsoft.ML.Extensions.Samples;

/// <summary>A live series: what it measures now, and what it turns out to be.</summary>
/// <param name="Label">The class.</param>
/// <param name="Readings">One step after the other, each <c>[C]</c>.</param>
internal sealed record Sensor(string Label, IReadOnlyList<Reading> Readings)
{
    public static Sensor Of(Series series, int channels) => new(
        series.Label, [.. series.Features.Chunk(channels).Select(values => new Reading { Features = values })]);
}

/// <summary>One time step of a series, <c>[C]</c>.</summary>
internal sealed class Reading
{
    /// <summary>Not known while a series is live; the pipeline that was trained asks for the column.</summary>
    public string Label { get; set; } = "";

    public float[] Features { get; set; } = [];
}
