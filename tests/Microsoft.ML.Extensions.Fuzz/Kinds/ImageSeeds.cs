using System.Buffers.Binary;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Sequence.Tests.Data.Frames;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Fuzz.Kinds;

/// <summary>Image files of every format: bytes, sizes and parts changed; of PNG under checksums that agree.</summary>
internal static class ImageSeeds
{
    // Decoding takes 8 bytes a pixel, which the bound on memory must leave room for.
    private const int MostPixels = 1_000_000;

    private const int PngSignature = 8;
    private const int PngFrame = 12;

    public static IReadOnlyList<FuzzSeed> All(string folder)
    {
        var path = Path.Combine(folder, "picture");
        var reader = new FrameReader(
            new FrameLoadOptions { InputColumnName = "Path", OutputColumnName = "Frame", Width = 5, Height = 4, MaxPixels = MostPixels });
        return [.. ImageBytes.Formats.Select(format =>
        {
            var file = ImageBytes.Noise(format);
            return new FuzzSeed(format, file, random => format == "png" && random.Next(2) == 0 ? Png(file, random)
                : FileChange.Drawn(file, random), input =>
            {
                File.WriteAllBytes(path, input);
                var frame = new float[3 * 4 * 5];
                var taken = Refusal.Reads(() => reader.Read(path, frame), path, typeof(InvalidDataException));
                return taken && Array.Exists(frame, value => value is not (>= 0 and <= 1.00001f))
                    ? throw new Finding("answer: a colour is beyond 0 to 1") : taken;
            });
        })];
    }

    private static byte[] Png(byte[] file, Random random)
    {
        var parts = Parts(file);
        var at = random.Next(parts.Count);
        switch (random.Next(5))
        {
            case 0:
                parts.RemoveAt(at);
                break;
            case 1:
                parts.Insert(at, parts[random.Next(parts.Count)]);
                break;
            case 2 when parts[0].Content.Length >= 8:
                BinaryPrimitives.WriteInt32BigEndian(
                    parts[0].Content.AsSpan(random.Next(2) * 4), new[] { 0, -1, 1, 60_000, int.MaxValue, 11, 1000 }[random.Next(7)]);
                break;
            case 3 when parts[0].Content.Length >= 13:
                parts[0].Content[8 + random.Next(5)] = (byte)random.Next(20);
                break;
            default:
                parts[at] = (parts[at].Name, FileChange.Drawn(parts[at].Content.Length > 0 ? parts[at].Content : [0], random));
                break;
        }
        return [.. file[..PngSignature], .. parts.SelectMany(part => ImageBytes.Chunk(part.Name, part.Content))];
    }

    private static List<(byte[] Name, byte[] Content)> Parts(byte[] file)
    {
        var parts = new List<(byte[], byte[])>();
        for (var at = PngSignature; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            parts.Add((file[(at + 4)..(at + 8)], file[(at + 8)..(at + 8 + length)]));
            at += length + PngFrame;
        }
        return parts;
    }
}
