using System.Globalization;
using SkiaSharp;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Decodes an image file completely or not at all; its buffer is reused for the next file.</summary>
/// <remarks>
/// Skia gives the size before decoding, and reports truncated files. ML.NET's MLImage checks neither: it allocates memory
/// for any claimed size, and leaves missing parts black.
/// </remarks>
internal sealed class ImageFile(int maxPixels)
{
    /// <summary>Red, green, blue, alpha.</summary>
    public const int BytesOfPixel = 4;

    private const string Readable = "PNG, JPEG, GIF, BMP and WebP can be read";

    private byte[] _pixels = [];

    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>The pixels row by row. Colours are those of the file, not premultiplied by alpha.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels.AsSpan(0, Width * Height * BytesOfPixel);

    /// <exception cref="InvalidDataException">
    /// The file is missing, no image, cut off, damaged or too large; the message names the path.
    /// </exception>
    public void Read(string file)
    {
        using var data = Load(file);
        using var codec = SKCodec.Create(data);
        if (codec?.EncodedFormat is not (SKEncodedImageFormat.Png or SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Gif
            or SKEncodedImageFormat.Bmp or SKEncodedImageFormat.Webp))
        {
            throw new InvalidDataException($"the file '{file}' is no image that can be read, or is cut off in its header; {Readable}.");
        }
        (Width, Height) = CheckedSize(codec.Info, file);
        if (_pixels.Length < Width * Height * BytesOfPixel)
        {
            _pixels = new byte[Width * Height * BytesOfPixel];
        }
        var result = Decode(codec);
        if (result != SKCodecResult.Success)
        {
            throw new InvalidDataException($"the image file '{file}' is cut off or damaged ({result}); copy it again.");
        }
    }

    private (int Width, int Height) CheckedSize(SKImageInfo info, string file) =>
        (long)info.Width * info.Height <= maxPixels
            ? (info.Width, info.Height)
            : throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"the image file '{file}' has {info.Width} x {info.Height} pixels, "
                + $"expected at most {maxPixels} ({nameof(FrameLoadOptions.MaxPixels)})."));

    private unsafe SKCodecResult Decode(SKCodec codec)
    {
        var info = new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        fixed (byte* pixels = _pixels)
        {
            return codec.GetPixels(info, (nint)pixels);
        }
    }

    private static SKData Load(string file)
    {
        if (!File.Exists(file))
        {
            throw new InvalidDataException(Directory.Exists(file)
                ? $"'{file}' is a folder, expected an image file."
                : $"there is no image file '{file}'.");
        }
        try
        {
            using var stream = File.OpenRead(file);
            if (stream.Length == 0)
            {
                throw new InvalidDataException($"the image file '{file}' is empty.");
            }
            return SKData.Create(stream, stream.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"the image file '{file}' cannot be read: {e.Message}", e);
        }
    }
}
