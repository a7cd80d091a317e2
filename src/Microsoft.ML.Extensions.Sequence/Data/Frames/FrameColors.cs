namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The channels of frames that are read from image files.</summary>
public enum FrameColors
{
    /// <summary>Red, green and blue.</summary>
    Rgb,

    /// <summary>Brightness alone: 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601).</summary>
    Gray,
}
