using System.Buffers.Binary;
using System.IO.Compression;
using SkiaSharp;

namespace Microsoft.ML.Extensions.Sequence.Tests.Data.Frames;

/// <summary>Image files of every format that is read, made in memory.</summary>
internal static class ImageBytes
{
    public static readonly string[] Formats = ["bmp", "gif", "jpeg", "png", "webp"];

    /// <summary>A file of noise, whose every part counts.</summary>
    public static byte[] Noise(string format, int width = 12, int height = 9)
    {
        var random = new Random(1);
        var colors = Enumerable.Range(0, width * height)
            .Select(_ => new SKColor((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256))).ToArray();
        return format switch
        {
            "bmp" => Bmp(colors, width),
            "gif" => Gif([.. colors.Select(color => color.Red)], width),
            "jpeg" => Encode(colors, width, SKEncodedImageFormat.Jpeg),
            "png" => Png(colors, width),
            _ => Encode(colors, width, SKEncodedImageFormat.Webp),
        };
    }

    /// <summary>A PNG file with colours as they are, beside their alpha.</summary>
    public static byte[] Png(SKColor[] colors, int width)
    {
        byte[] lines = [.. colors.Chunk(width)
            .SelectMany(line => line.SelectMany(color => (byte[])[color.Red, color.Green, color.Blue, color.Alpha]).Prepend((byte)0))];
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal))
        {
            zlib.Write(lines);
        }
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), colors.Length / width);
        (header[8], header[9]) = (8, 6);
        return [0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    /// <summary>A part of a PNG file.</summary>
    public static byte[] Chunk(ReadOnlySpan<byte> name, byte[] content)
    {
        var chunk = new byte[content.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        name.CopyTo(chunk.AsSpan(4));
        content.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(content.Length + 8), Crc32(chunk.AsSpan(4, content.Length + 4)));
        return chunk;
    }

    private static byte[] Encode(SKColor[] colors, int width, SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, colors.Length / width, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.Pixels = colors;
        using var data = bitmap.Encode(format, 90);
        return data.ToArray();
    }

    /// <summary>The same file with another size in its header.</summary>
    public static byte[] Claiming(string format, int width, int height)
    {
        var file = Noise(format);
        switch (format)
        {
            case "bmp":
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), height);
                break;
            case "gif":
                BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(6), (ushort)width);
                BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(8), (ushort)height);
                break;
            case "jpeg":
                var frame = file.AsSpan(file.AsSpan().IndexOf((byte[])[0xff, 0xc0]));
                BinaryPrimitives.WriteUInt16BigEndian(frame[5..], (ushort)height);
                BinaryPrimitives.WriteUInt16BigEndian(frame[7..], (ushort)width);
                break;
            case "png":
                BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), width);
                BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), height);
                BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(29), Crc32(file.AsSpan(12, 17)));
                break;
            default:
                throw new ArgumentException($"The size of {format} is not written here.", nameof(format));
        }
        return file;
    }

    private static byte[] Bmp(SKColor[] colors, int width)
    {
        var stride = ((3 * width) + 3) / 4 * 4;
        var file = new byte[54 + (stride * colors.Length / width)];
        (file[0], file[1], file[10], file[14], file[26], file[28]) = ((byte)'B', (byte)'M', 54, 40, 1, 24);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), colors.Length / width);
        for (var i = 0; i < colors.Length; i++)
        {
            var at = 54 + (((colors.Length / width) - 1 - (i / width)) * stride) + (3 * (i % width));
            (file[at], file[at + 1], file[at + 2]) = (colors[i].Blue, colors[i].Green, colors[i].Red);
        }
        return file;
    }

    // Codes of 9 bits, begun anew before they would need 10: the format's compression without compressing.
    private static byte[] Gif(byte[] grays, int width)
    {
        const int clear = 256, end = 257;
        var height = grays.Length / width;
        List<int> codes = [];
        for (var i = 0; i < grays.Length; i++)
        {
            codes.AddRange(i % 100 == 0 ? [clear, grays[i]] : [grays[i]]);
        }
        codes.Add(end);
        var bits = codes.SelectMany(code => Enumerable.Range(0, 9).Select(bit => (code >> bit) & 1)).ToArray();
        byte[] packed = [.. bits.Chunk(8).Select(eight => (byte)eight.Select((bit, at) => bit << at).Sum())];
        return
        [
            .. "GIF89a"u8, (byte)width, 0, (byte)height, 0, 0xf7, 0, 0,
            .. Enumerable.Range(0, 768).Select(i => (byte)(i / 3)),
            0x2c, 0, 0, 0, 0, (byte)width, 0, (byte)height, 0, 0, 8,
            .. packed.Chunk(255).SelectMany(block => (byte[])[(byte)block.Length, .. block]), 0, 0x3b,
        ];
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xedb88320 & (0 - (crc & 1)));
            }
        }
        return ~crc;
    }
}
