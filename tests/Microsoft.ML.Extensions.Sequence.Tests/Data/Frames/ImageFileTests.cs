using SkiaSharp;

namespace Microsoft.ML.Extensions.Sequence.Tests.Data.Frames;

[TestClass]
public sealed class ImageFileTests
{
    private static readonly MLContext Ml = new(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("images").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("bmp")]
    [DataRow("gif")]
    [DataRow("jpeg")]
    [DataRow("png")]
    [DataRow("webp")]
    public void FileOfEveryFormat_IsReadWhateverItsName(string format)
    {
        using var bitmap = SKBitmap.Decode(ImageBytes.Noise(format));
        var frame = Read(Write(ImageBytes.Noise(format), "image.txt"), new() { Width = 12, Height = 9 });
        Assert.HasCount(3 * 9 * 12, frame);
        for (var at = 0; at < 9 * 12; at++)
        {
            var color = bitmap.Pixels[at];
            Assert.AreEqual(color.Red / 255f, frame[at], 1e-6f);
            Assert.AreEqual(color.Green / 255f, frame[108 + at], 1e-6f);
            Assert.AreEqual(color.Blue / 255f, frame[216 + at], 1e-6f);
        }
    }

    // A file may lack what stands after its last pixel, such as an end mark: then nothing of the image is missing.
    [TestMethod]
    [DataRow("bmp")]
    [DataRow("gif")]
    [DataRow("jpeg")]
    [DataRow("png")]
    [DataRow("webp")]
    public void CutFile_IsRefusedOrWhole(string format)
    {
        var file = ImageBytes.Noise(format);
        var whole = Read(Write(file, "whole"));
        for (var length = 0; length < file.Length; length++)
        {
            var path = Write(file[..length], "cut." + format);
            try
            {
                CollectionAssert.AreEqual(whole, Read(path), $"{length} of {file.Length} bytes give another image.");
                Assert.IsGreaterThan(file.Length - 30, length);
            }
            catch (InvalidDataException e)
            {
                StringAssert.StartsWith(e.Message, "Column 'Paths', row 0, frame 0: ");
                StringAssert.Contains(e.Message, path);
            }
        }
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Read(Write(file[..^40], "cut." + format)));
        StringAssert.Contains(error.Message, "is cut off or damaged");
    }

    [TestMethod]
    [DataRow("bmp", 60_000, 60_000)]
    [DataRow("bmp", 30_000, 30_000)]
    [DataRow("gif", 65_535, 65_535)]
    [DataRow("jpeg", 65_500, 65_500)]
    [DataRow("png", 60_000, 60_000)]
    [DataRow("png", 1_000_000, 1_000_000)]
    public void FileThatClaimsAnEnormousSize_IsRefusedBeforeMemoryIsTaken(string format, int width, int height)
    {
        var path = Write(ImageBytes.Claiming(format, width, height), "large");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Read(path));
        Assert.IsLessThan(10_000_000L, GC.GetAllocatedBytesForCurrentThread() - before);
        StringAssert.Contains(error.Message, path);
    }

    [TestMethod]
    public void MaxPixels_IsTheMostThatIsDecoded()
    {
        var path = Write(ImageBytes.Noise("png"), "image.png");
        Assert.HasCount(3, Read(path, new() { Width = 1, Height = 1, MaxPixels = 108 }));
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Read(path, new() { MaxPixels = 107 }));
        StringAssert.Contains(error.Message, $"'{path}' has 12 x 9 pixels, expected at most 107 (MaxPixels)");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Ml.Transforms.Sequences.LoadFrames(new FrameLoadOptions { MaxPixels = 0 }))
                .Message, "MaxPixels");
    }

    [TestMethod]
    public void TransparentPixels_HaveTheColoursOfTheFile()
    {
        SKColor[] colors = [new(200, 100, 50, 128), new(10, 20, 30, 1), new(40, 50, 60, 0), new(70, 80, 90, 255)];
        var frame = Read(Write(ImageBytes.Png(colors, 4), "image.png"), new() { Width = 4, Height = 1 });
        CollectionAssert.AreEqual(
            new[] { 200, 10, 40, 70, 100, 20, 50, 80, 50, 30, 60, 90 }, frame.Select(value => (int)MathF.Round(255 * value)).ToArray());
    }

    [TestMethod]
    public void PathThatIsNoImage_IsDistinguishedFromATruncatedOne()
    {
        Refused(Write([], "empty.png"), "is empty");
        Refused(Write("no image"u8.ToArray(), "text.png"), "is no image that can be read");
        Refused(_folder, "is a folder, expected an image file");
        Refused(Path.Combine(_folder, "nowhere.png"), "there is no image file");
    }

    // An icon holds an image that could be decoded; nothing says so where a user looks.
    [TestMethod]
    public void FormatThatIsNotPromised_IsRefused()
    {
        var png = ImageBytes.Noise("png", 16, 16);
        byte[] icon = [0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0, (byte)png.Length, (byte)(png.Length >> 8), 0, 0, 22, 0, 0, 0, .. png];
        using (var codec = SKCodec.Create(new MemoryStream(icon)))
        {
            Assert.AreEqual(SKEncodedImageFormat.Ico, codec.EncodedFormat);
        }
        Refused(Write(icon, "icon.ico"), "is no image that can be read");
    }

    [TestMethod]
    public void ChangedFiles_AreReadOrRefusedWithTheirPath()
    {
        var random = new Random(5);
        var (read, refused) = (0, 0);
        for (var i = 0; i < 2000; i++)
        {
            var format = ImageBytes.Formats[i % ImageBytes.Formats.Length];
            var file = ImageBytes.Noise(format);
            for (var changes = random.Next(1, 8); changes > 0; changes--)
            {
                file[random.Next(random.Next(2) == 0 ? Math.Min(64, file.Length) : file.Length)] = (byte)random.Next(256);
            }
            var path = Write(random.Next(3) == 0 ? file[..random.Next(file.Length)] : file, "changed");
            try
            {
                Assert.IsTrue(Read(path, new() { Width = 4, Height = 4, MaxPixels = 100_000 }).All(value => value is >= 0 and <= 1));
                read++;
            }
            catch (InvalidDataException e)
            {
                StringAssert.Contains(e.Message, path);
                refused++;
            }
        }
        Assert.IsGreaterThan(100, read);
        Assert.IsGreaterThan(100, refused);
    }

    private static void Refused(string path, string expected)
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Read(path));
        StringAssert.Contains(error.Message, expected);
        StringAssert.Contains(error.Message, path);
    }

    private static float[] Read(string path, FrameLoadOptions? options = null)
    {
        var data = Ml.Data.LoadFromEnumerable([new Row { Paths = [path] }]);
        return Ml.Transforms.Sequences.LoadFrames(options ?? new() { Width = 12, Height = 9 }).Fit(data).Transform(data)
            .Vectors("Features")[0];
    }

    private string Write(byte[] file, string name)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, file);
        return path;
    }

    private sealed class Row
    {
        public string[] Paths { get; set; } = [];
    }
}
