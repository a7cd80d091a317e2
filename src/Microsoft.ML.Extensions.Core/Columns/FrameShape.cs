using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Extensions.Columns;

/// <summary>The shape of an image that is a step of a sequence, stored as <c>[C, H, W]</c>.</summary>
internal sealed record FrameShape(
    [property: Range(1, SizeLimits.MaxValues)] int Channels, [property: Range(1, SizeLimits.MaxValues)] int Height,
    [property: Range(1, SizeLimits.MaxValues)] int Width)
{
    /// <summary>The numbers of an image.</summary>
    [JsonIgnore]
    public int Values => checked(Channels * Height * Width);

    public override string ToString() => $"{Channels} x {Height} x {Width}";
}
