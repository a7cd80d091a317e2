namespace Microsoft.ML.Extensions.Samples;

/// <summary>A clip of a digit that moves.</summary>
public sealed class Clip
{
    /// <summary>Where it moves.</summary>
    public string Label { get; set; } = "";

    /// <summary>Frames of one channel, <c>[T, 1, 16, 16]</c>.</summary>
    public float[] Features { get; set; } = [];
}
