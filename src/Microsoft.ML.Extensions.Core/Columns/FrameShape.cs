using System.Text.Json.Serialization;

namespace Microsoft.ML.Extensions.Columns;

/// <summary>The shape of an image that is a step of a sequence, stored as <c>[C, H, W]</c>.</summary>
internal sealed record FrameShape(int Channels, int Height, int Width)
{
    /// <summary>The numbers of an image.</summary>
    [JsonIgnore]
    public int Values => checked(Channels * Height * Width);

    public override string ToString() => $"{Channels} x {Height} x {Width}";
}
