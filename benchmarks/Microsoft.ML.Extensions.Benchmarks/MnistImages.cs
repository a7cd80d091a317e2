using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Handwritten digits (LeCun et al. 1998) as sequences of pixels, row by row, or as images, from the four idx files.</summary>
internal static class MnistImages
{
    private const int Side = 28, HeaderOfImages = 16, HeaderOfLabels = 8, Pool = 2;

    /// <summary>The number of steps of a sequence, after averaging 2 x 2 pixels.</summary>
    public const int Steps = Side / Pool * (Side / Pool);

    /// <summary>The first images of a part, <c>train</c> or <c>t10k</c>, as sequences; null if the files are not available.</summary>
    public static IDataView? Load(MLContext ml, string part, int rows) => Load(ml, part, rows, [Steps, 1]);

    /// <summary>The same as images <c>[1, 14, 14]</c>.</summary>
    public static IDataView? LoadImages(MLContext ml, string part, int rows) => Load(ml, part, rows, [1, Side / Pool, Side / Pool]);

    /// <summary>The same without averaging, as images <c>[1, 28, 28]</c>.</summary>
    public static IDataView? LoadWhole(MLContext ml, string part, int rows) => Load(ml, part, rows, [1, Side, Side], pool: 1);

    private static IDataView? Load(MLContext ml, string part, int rows, int[] shape, int pool = Pool)
    {
        if (Read($"mnist/{part}-images-idx3-ubyte.gz") is not { } images || Read($"mnist/{part}-labels-idx1-ubyte.gz") is not { } labels)
        {
            return null;
        }
        rows = Math.Min(rows, BinaryPrimitives.ReadInt32BigEndian(labels.AsSpan(4)));
        return ClassifiedSeries.View(ml, Enumerable.Range(0, rows).Select(row =>
            new ClassifiedSeries { Features = Pixels(images, row, pool), Label = labels[HeaderOfLabels + row] }), shape);
    }

    private static float[] Pixels(byte[] images, int row, int pool)
    {
        var pixels = new float[Side / pool * (Side / pool)];
        for (var i = 0; i < Side * Side; i++)
        {
            var place = (i / Side / pool * (Side / pool)) + (i % Side / pool);
            pixels[place] += images[HeaderOfImages + (row * Side * Side) + i] / (255f * pool * pool);
        }
        return pixels;
    }

    private static byte[]? Read(string file)
    {
        if (SharedData.Find(file) is not { } path)
        {
            return null;
        }
        using var unpacked = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var memory = new MemoryStream();
        unpacked.CopyTo(memory);
        return memory.ToArray();
    }
}
