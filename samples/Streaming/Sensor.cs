using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>A live series: its readings, and its class, which is known only later.</summary>
/// <param name="Label">The class.</param>
/// <param name="Readings">The time steps in order, each <c>[C]</c>.</param>
internal sealed record Sensor(string Label, IReadOnlyList<Reading> Readings)
{
    public static Sensor Of(Series series, int channels) => new(
        series.Label, [.. series.Features.Chunk(channels).Select(values => new Reading { Features = values })]);
}

/// <summary>One time step of a series, <c>[C]</c>; of one channel, unless a schema says otherwise.</summary>
internal sealed class Reading
{
    /// <summary>Unknown while a series is live, but the trained pipeline requires the column.</summary>
    public string Label { get; set; } = "";

    [VectorType(1, 1)]
    public float[] Features { get; set; } = [];
}
