namespace Microsoft.ML.Extensions.Samples;

/// <summary>A clip of a moving digit.</summary>
public sealed class Clip
{
    /// <summary>The direction of movement.</summary>
    public string Label { get; set; } = "";

    /// <summary>Frames of one channel, <c>[T, 1, 16, 16]</c>.</summary>
    public float[] Features { get; set; } = [];
}
