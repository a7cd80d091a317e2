using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads an image file as a frame <c>[C, H, W]</c> of values 0 to 1; its buffers are reused for the next file.</summary>
internal sealed class FrameReader(FrameLoadOptions options)
{
    private readonly ImageFile _image = new(options.MaxPixels);
    private float[] _plane = [];

    /// <exception cref="InvalidDataException">
    /// The file is missing, no image, cut off, damaged or too large; the message names the path.
    /// </exception>
    public void Read(string path, Span<float> frame)
    {
        if (path.Length == 0)
        {
            throw new InvalidDataException("the path of an image is empty.");
        }
        _image.Read(options.ImageFolder is { } folder ? Path.Combine(folder, path) : path);
        var area = options.Height * options.Width;
        for (var channel = 0; channel < options.Channels; channel++)
        {
            ImageResampling.Resize(
                Plane(channel), _image.Height, _image.Width, frame.Slice(channel * area, area), options.Height, options.Width);
        }
    }

    private ReadOnlySpan<float> Plane(int channel)
    {
        var area = _image.Height * _image.Width;
        if (_plane.Length < area)
        {
            _plane = new float[area];
        }
        var (red, green, blue) = Weights(channel);
        var pixels = _image.Pixels;
        for (var i = 0; i < area; i++)
        {
            var pixel = pixels.Slice(i * ImageFile.BytesOfPixel, ImageFile.BytesOfPixel);
            _plane[i] = ((red * pixel[0]) + (green * pixel[1]) + (blue * pixel[2])) / byte.MaxValue;
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
