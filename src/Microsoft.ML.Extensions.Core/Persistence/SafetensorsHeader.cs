using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Microsoft.ML.Extensions.Persistence;

/// <summary>Reads a safetensors header strictly: what it accepts is consistent in itself and with the file's length.</summary>
internal static class SafetensorsHeader
{
    public const string Metadata = "__metadata__";

    /// <summary>The longest header that the format's reference implementation accepts.</summary>
    public const int MaxLength = 100_000_000;

    private const int MaxDimensions = 64;
    private const int ShownLength = 200;
    private const int LengthSize = sizeof(ulong);

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A tensor's description; <paramref name="Start"/> counts from the file's beginning.</summary>
    internal sealed record Entry(string Name, SafetensorsType Type, long[] Shape, long Start, long Length);

    /// <summary>The tensors in the order of their data.</summary>
    /// <exception cref="FormatException">Anything about the header or the file's length is wrong.</exception>
    public static IReadOnlyList<Entry> Read(byte[] file)
    {
        using var stream = new MemoryStream(file, writable: false);
        var entries = Read(stream);
        foreach (var entry in entries)
        {
            CheckBooleans(file.AsSpan((int)entry.Start, (int)entry.Length), entry);
        }
        return entries;
    }

    /// <summary>The tensors of a file of any length in the order of their data. The data is not read, so booleans are not checked.</summary>
    /// <exception cref="FormatException">Anything about the header or the file's length is wrong.</exception>
    public static IReadOnlyList<Entry> Read(Stream file) => Read(file, file.Length);

    /// <inheritdoc cref="Read(Stream)"/>
    /// <param name="file">The file.</param>
    /// <param name="length">Its length, which some streams do not know.</param>
    public static IReadOnlyList<Entry> Read(Stream file, long length)
    {
        var header = new byte[ReadLength(file, length)];
        file.ReadExactly(header);
        var dataStart = LengthSize + header.Length;
        var entries = Parse(header, dataStart);
        CheckLayout(length, dataStart, entries);
        return entries;
    }

    /// <summary>The tensor's type in TorchSharp.</summary>
    /// <exception cref="FormatException">It has none.</exception>
    public static TorchSharp.torch.ScalarType ReadableType(Entry entry) => entry.Type.Type
        ?? throw Wrong(entry.Name, $"its dtype {entry.Type.Name} cannot be computed with; those that can are {SafetensorsType.ReadableNames}");

    /// <exception cref="FormatException">A boolean is neither 0 nor 1.</exception>
    public static void CheckBooleans(ReadOnlySpan<byte> data, Entry entry)
    {
        if (entry.Type.Type == TorchSharp.torch.ScalarType.Bool && data.ContainsAnyExceptInRange((byte)0, (byte)1))
        {
            throw Wrong(entry.Name, "a boolean is neither 0 nor 1");
        }
    }

    private static int ReadLength(Stream file, long fileLength)
    {
        if (fileLength < LengthSize)
        {
            throw new FormatException($"The safetensors file is cut off: it has {fileLength} bytes.");
        }
        var bytes = new byte[LengthSize];
        file.ReadExactly(bytes);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (length > MaxLength || length > (ulong)(fileLength - LengthSize))
        {
            throw new FormatException($"The safetensors file is cut off or damaged: it claims a header of {length} bytes and has {fileLength} bytes in all.");
        }
        return (int)length;
    }

    private static List<Entry> Parse(ReadOnlySpan<byte> header, int dataStart)
    {
        try
        {
            using var document = JsonDocument.Parse(StrictUtf8.GetString(header));
            return Entries(document.RootElement, dataStart);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            throw new FormatException($"The header of the safetensors file is not the JSON of that format: {e.Message}", e);
        }
    }

    private static List<Entry> Entries(JsonElement root, int dataStart)
    {
        var names = new HashSet<string>();
        var entries = new List<Entry>();
        foreach (var property in root.EnumerateObject())
        {
            if (!names.Add(property.Name))
            {
                throw new FormatException($"The name '{Short(property.Name)}' is twice in the safetensors file.");
            }
            if (property.Name == Metadata)
            {
                CheckMetadata(property.Value);
                continue;
            }
            entries.Add(ReadEntry(property.Name, property.Value, dataStart));
        }
        return [.. entries.OrderBy(entry => entry.Start).ThenBy(entry => entry.Length)];
    }

    private static void CheckMetadata(JsonElement metadata)
    {
        if (metadata.ValueKind != JsonValueKind.Object || metadata.EnumerateObject().Any(pair => pair.Value.ValueKind != JsonValueKind.String))
        {
            throw new FormatException($"The {Metadata} of the safetensors file is not a list of texts by name.");
        }
    }

    private static Entry ReadEntry(string name, JsonElement value, int dataStart)
    {
        var fields = value.ValueKind == JsonValueKind.Object ? value.EnumerateObject().ToArray() : [];
        if (fields.Length != 3 || !value.TryGetProperty("dtype", out var dtype) || !value.TryGetProperty("shape", out var shape)
            || !value.TryGetProperty("data_offsets", out var offsets))
        {
            throw Wrong(name, "its description must have dtype, shape and data_offsets, and nothing else");
        }
        var typeName = dtype.ValueKind == JsonValueKind.String ? dtype.GetString() : null;
        var type = SafetensorsType.Find(typeName) ?? throw Wrong(name, $"dtype '{Short(dtype)}' is not one of {SafetensorsType.Names}");
        var dimensions = Integers(name, "shape", shape);
        var range = Integers(name, "data_offsets", offsets);
        if (range.Length != 2 || range[0] > range[1] || range[1] > long.MaxValue - dataStart)
        {
            throw Wrong(name, $"data_offsets {Short(offsets)} are not a range within the file");
        }
        var size = ByteCount(name, dimensions, type.Bits);
        if (size != range[1] - range[0])
        {
            throw Wrong(name, $"its shape needs {size} bytes and its data_offsets give {range[1] - range[0]}");
        }
        return new Entry(name, type, dimensions, dataStart + range[0], size);
    }

    private static long[] Integers(string name, string field, JsonElement array)
    {
        if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() > MaxDimensions)
        {
            throw Wrong(name, $"{field} is not a list of at most {MaxDimensions} integers");
        }
        return [.. array.EnumerateArray().Select(element => element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var value) && value >= 0
            ? value
            : throw Wrong(name, $"{field} holds {Short(element)}, which is not an integer of 0 or more"))];
    }

    private static long ByteCount(string name, long[] shape, int bits)
    {
        // Strides are products as well and must not overflow even where another dimension is 0.
        var extent = (long)bits;
        foreach (var dimension in shape)
        {
            if (dimension > long.MaxValue / extent)
            {
                throw Wrong(name, $"its shape [{string.Join(", ", shape)}] is too large");
            }
            extent *= Math.Max(dimension, 1);
        }
        return Array.IndexOf(shape, 0) >= 0 ? 0
            : extent % 8 == 0 ? extent / 8
            : throw Wrong(name, $"its shape [{string.Join(", ", shape)}] does not fill whole bytes");
    }

    private static void CheckLayout(long fileLength, int dataStart, IReadOnlyList<Entry> entries)
    {
        var end = (long)dataStart;
        foreach (var entry in entries)
        {
            if (entry.Start != end)
            {
                throw Wrong(entry.Name, $"its data begin at byte {entry.Start} and the data before them end at {end}, so there is a gap or an overlap");
            }
            if (entry.Length > fileLength - entry.Start)
            {
                throw Wrong(entry.Name, $"the file is cut off: it has {fileLength} bytes and the tensor ends at {entry.Start + entry.Length}");
            }
            end = entry.Start + entry.Length;
        }
        if (end != fileLength)
        {
            throw new FormatException($"The safetensors file has {fileLength - end} bytes after its last tensor.");
        }
    }

    // A file's text may be as long as its header.
    private static string Short(JsonElement value) => Short(value.ToString());

    private static string Short(string text) => text.Length <= ShownLength ? text : $"{text[..ShownLength]}...";

    private static FormatException Wrong(string name, string what) => new($"Tensor '{Short(name)}' of the safetensors file: {what}.");
}
