using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of reading frames from image files.</summary>
public sealed class FrameLoadOptions
{
    /// <summary>The column of frames. The default is "Features".</summary>
    [Required]
    public string OutputColumnName { get; set; } = "Features";

    /// <summary>The column of paths: one text, or a vector of texts in the order of frames. The default is "Paths".</summary>
    [Required]
    public string InputColumnName { get; set; } = "Paths";

    /// <summary>H, rows of pixels of a frame, 1 to 4,096. The default is 64.</summary>
    [Range(1, 4096)]
    public int Height { get; set; } = 64;

    /// <summary>W, columns of pixels of a frame, 1 to 4,096. The default is 64.</summary>
    [Range(1, 4096)]
    public int Width { get; set; } = 64;

    /// <summary>The channels of a frame. The default is <see cref="FrameColors.Rgb"/>.</summary>
    public FrameColors Colors { get; set; } = FrameColors.Rgb;

    /// <summary>
    /// The most pixels that an image file may have, 1 to 536,870,911; a file with more is refused before it is decoded, because a few bytes
    /// can claim any size. Decoding takes 8 bytes per pixel. The default is 89,478,485, as in Pillow.
    /// </summary>
    [Range(1, int.MaxValue / 4)]
    public int MaxPixels { get; set; } = 89_478_485;

    /// <summary>The folder that paths are relative to. The default, null, is the current one.</summary>
    public string? ImageFolder { get; set; }

    /// <summary>C.</summary>
    internal int Channels => Colors == FrameColors.Gray ? 1 : 3;
}
