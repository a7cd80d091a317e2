using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Tests;
using SkiaSharp;

namespace Microsoft.ML.Extensions.Sequence.Tests;

[TestClass]
public sealed class PixelReaderTests
{
    private static readonly SKColor[] s_colors = [new(255, 0, 0), new(0, 255, 0, 128), new(0, 0, 255, 0), new(10, 20, 30)];

    // Half of green on white; full transparency is white; the others are opaque.
    private static readonly float[] s_expected =
        [1, 0.498f, 1, 10 / 255f, 0, 1, 1, 20 / 255f, 0, 0.498f, 1, 30 / 255f];

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void TransparentPixels_AreOnWhite_FromAFileAndFromMemory(bool fromFile)
    {
        using var file = Png(2, 2, s_colors);
        var values = Read(file.Path, fromFile, new FrameShape(3, 2, 2));
        for (var place = 0; place < s_expected.Length; place++)
        {
            Assert.AreEqual(s_expected[place], values[place], 0.005f, $"value {place}");
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Gray_IsTheLuma(bool fromFile)
    {
        using var file = Png(2, 2, s_colors);
        var values = Read(file.Path, fromFile, new FrameShape(1, 2, 2));
        Assert.AreEqual(0.299f, values[0], 0.005f);
        Assert.AreEqual((0.587f * 0.502f) + 0.498f, values[1], 0.005f);
        Assert.AreEqual(1, values[2], 0.005f);
    }

    [TestMethod]
    [DataRow(SKColorType.RgbaF16)]
    [DataRow(SKColorType.Gray8)]
    [DataRow(SKColorType.Rgb565)]
    public void ImagesOfOtherPixels_AndOfOtherSizes_AreRead(SKColorType type)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(7, 3, type, SKAlphaType.Opaque));
        bitmap.Erase(SKColors.Gray);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        using var file = new TempFile(data.ToArray());
        foreach (var fromFile in new[] { true, false })
        {
            var values = Read(file.Path, fromFile, new FrameShape(3, 2, 5));
            Assert.IsTrue(values.All(value => Math.Abs(value - 0.5f) < 0.02f), $"{string.Join(' ', values)}");
        }
    }

    internal static TempFile Png(int width, int height, SKColor[] colors)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (var place = 0; place < colors.Length; place++)
        {
            bitmap.SetPixel(place % width, place / width, colors[place]);
        }
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return new TempFile(data.ToArray());
    }

    private static float[] Read(string path, bool fromFile, FrameShape frame)
    {
        var values = new float[frame.Values];
        var reader = new PixelReader(frame);
        if (fromFile)
        {
            var file = new ImageFile(1000);
            file.Read(path);
            reader.Read(file, values);
            return values;
        }
        using var image = MLImage.CreateFromFile(path);
        reader.Read(image, values);
        return values;
    }
}
