using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads an image file as a frame <c>[C, H, W]</c> of values 0 to 1; its buffers are used again for the next.</summary>
internal sealed class FrameReader(FrameLoadOptions options)
{
    private const int BytesOfPixel = 4;

    private float[] _plane = [];

    /// <exception cref="InvalidDataException">The file is missing or no image; the message names the path.</exception>
    public void Read(string path, Span<float> frame)
    {
        if (path.Length == 0)
        {
            throw new InvalidDataException("the path of an image is empty.");
        }
        var file = options.ImageFolder is { } folder ? Path.Combine(folder, path) : path;
        if (!File.Exists(file))
        {
            throw new InvalidDataException($"there is no image file '{file}'.");
        }
        using var image = Open(file);
        var area = options.Height * options.Width;
        for (var channel = 0; channel < options.Channels; channel++)
        {
            var plane = Plane(image, channel);
            ImageResampling.Resize(plane, image.Height, image.Width, frame.Slice(channel * area, area), options.Height, options.Width);
        }
    }

    private static MLImage Open(string file)
    {
        try
        {
            return MLImage.CreateFromFile(file);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or IOException)
        {
            throw new InvalidDataException($"the file '{file}' is no image that can be read; PNG, JPEG, GIF, BMP and WebP can.", e);
        }
    }

    private ReadOnlySpan<float> Plane(MLImage image, int channel)
    {
        var area = image.Height * image.Width;
        if (_plane.Length < area)
        {
            _plane = new float[area];
        }
        var (red, green, blue) = Weights(channel);
        var (redAt, blueAt) = image.PixelFormat == MLPixelFormat.Bgra32 ? (2, 0) : (0, 2);
        var pixels = image.Pixels;
        for (var i = 0; i < area; i++)
        {
            var pixel = pixels.Slice(i * BytesOfPixel, BytesOfPixel);
            _plane[i] = ((red * pixel[redAt]) + (green * pixel[1]) + (blue * pixel[blueAt])) / byte.MaxValue;
        }
        return _plane.AsSpan(0, area);
    }

    private (float Red, float Green, float Blue) Weights(int channel) => (options.Colors, channel) switch
    {
        (FrameColors.Gray, _) => (0.299f, 0.587f, 0.114f),
        (_, 0) => (1, 0, 0),
        (_, 1) => (0, 1, 0),
        _ => (0, 0, 1),
    };
}
