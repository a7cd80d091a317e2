using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>A clip of a moving digit.</summary>
public sealed class Clip
{
    /// <summary>The direction of movement.</summary>
    public string Label { get; set; } = "";

    /// <summary>Frames of one channel, <c>[T, C, H, W]</c>.</summary>
    [VectorType(MovingDigits.Frames, 1, MovingDigits.Side, MovingDigits.Side)]
    public float[] Features { get; set; } = [];
}
