using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Turns pixels into a frame <c>[C, H, W]</c> of values 0 to 1, resized, on white where they are transparent.</summary>
internal sealed class PixelReader(FrameShape frame)
{
    // Luma of ITU-R BT.601.
    private static readonly float[] s_gray = [0.299f, 0.587f, 0.114f];

    private float[] _plane = [];

    /// <summary>Reads the pixels of an image in memory, which ML.NET keeps multiplied by alpha.</summary>
    public void Read(MLImage image, Span<float> target) => Read(
        image.Pixels, image.Height, image.Width, image.PixelFormat == MLPixelFormat.Bgra32, multiplied: true, target);

    /// <summary>Reads the pixels of a decoded file.</summary>
    public void Read(ImageFile image, Span<float> target) =>
        Read(image.Pixels, image.Height, image.Width, isBlueFirst: false, multiplied: false, target);

    private void Read(ReadOnlySpan<byte> pixels, int height, int width, bool isBlueFirst, bool multiplied, Span<float> target)
    {
        var area = frame.Height * frame.Width;
        for (var channel = 0; channel < frame.Channels; channel++)
        {
            var color = frame.Channels == 1 ? -1 : isBlueFirst ? 2 - channel : channel;
            ImageResampling.Resize(
                Plane(pixels, height * width, color, isBlueFirst, multiplied), height, width,
                target.Slice(channel * area, area), frame.Height, frame.Width);
        }
    }

    // A color of -1 is gray.
    private ReadOnlySpan<float> Plane(ReadOnlySpan<byte> pixels, int area, int color, bool isBlueFirst, bool multiplied)
    {
        if (_plane.Length < area)
        {
            _plane = new float[area];
        }
        for (var place = 0; place < area; place++)
        {
            var pixel = pixels.Slice(place * ImageFile.BytesOfPixel, ImageFile.BytesOfPixel);
            var value = color >= 0 ? pixel[color]
                : (s_gray[isBlueFirst ? 2 : 0] * pixel[0]) + (s_gray[1] * pixel[1]) + (s_gray[isBlueFirst ? 0 : 2] * pixel[2]);
            var alpha = (float)pixel[3] / byte.MaxValue;
            _plane[place] = Math.Min(1, ((multiplied ? value : value * alpha) / byte.MaxValue) + 1 - alpha);
        }
        return _plane.AsSpan(0, area);
    }
}
