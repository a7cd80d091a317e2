using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Persistence;

/// <summary>Reads and writes named tensors as the bytes of a safetensors file, the format of the Python package of that name.</summary>
/// <remarks>
/// Eight bytes of header length, a JSON header padded with spaces to eight bytes, then the tensors' bytes without gaps,
/// wide elements first so that every tensor is aligned. https://huggingface.co/docs/safetensors
/// </remarks>
internal static class Safetensors
{
    private const int Alignment = 8;

    /// <summary>The parameters and buffers of a module, by their names in its state.</summary>
    public static byte[] Save(nn.Module module) => Write(module.state_dict().Select(pair => (pair.Key, pair.Value)));

    /// <summary>The file of tensors on any device, of type Float16, BFloat16, Float32, Float64, Int64, Byte or Bool.</summary>
    public static byte[] Write(IEnumerable<(string Name, Tensor Value)> tensors) => WriteParts(tensors.Select(Describe));

    /// <summary>The same of arrays, without libtorch.</summary>
    public static byte[] WriteArrays(IEnumerable<StoredArray> arrays) => WriteParts(arrays.Select(array => new Part(
        array.Name, SafetensorsType.Find(array.Type)!, array.Shape, array.Data.Length, target => array.Data.CopyTo(target))));

    private static byte[] WriteParts(IEnumerable<Part> all)
    {
        var parts = all.OrderByDescending(part => part.Type.Size).ToArray();
        CheckNames(parts);
        var header = Header(parts);
        var file = new byte[FileLength(header, parts)];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)header.Length);
        header.CopyTo(file, sizeof(ulong));
        var start = sizeof(ulong) + header.Length;
        foreach (var part in parts)
        {
            part.Copy(file.AsSpan(start, (int)part.Length));
            start += (int)part.Length;
        }
        return file;
    }

    /// <summary>The tensors of a file, on the CPU and outside every dispose scope: the caller disposes them.</summary>
    /// <exception cref="FormatException">The file is damaged or not of this format; nothing was allocated.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(byte[] file) =>
        SafetensorsHeader.Read(file).Select(entry => (Entry: entry, Type: SafetensorsHeader.ReadableType(entry))).ToArray()
            .ToDictionary(pair => pair.Entry.Name, pair => ReadTensor(file, pair.Entry));

    /// <summary>The shapes of a file's tensors by name.</summary>
    /// <exception cref="FormatException">The file is damaged or not of this format.</exception>
    public static IReadOnlyDictionary<string, long[]> Shapes(byte[] file) =>
        SafetensorsHeader.Read(file).ToDictionary(entry => entry.Name, entry => entry.Shape);

    /// <summary>Fills all parameters and buffers of a module, or none where anything does not fit.</summary>
    /// <param name="module">The module to fill.</param>
    /// <param name="file">The file.</param>
    /// <param name="ignored">Selects tensors of the file to skip; null to skip none.</param>
    /// <exception cref="FormatException">
    /// Names every tensor that is missing, unknown, of another shape or type, or with a number that is NaN or infinite.
    /// </exception>
    public static void Load(nn.Module module, byte[] file, Func<string, bool>? ignored = null)
    {
        var entries = SafetensorsHeader.Read(file).Where(entry => ignored?.Invoke(entry.Name) != true).ToDictionary(entry => entry.Name);
        var state = module.state_dict();
        Check("The weights do not fit the network", state.ToDictionary(pair => pair.Key, pair => WantedTensor.Like(pair.Value)), file,
            entries);
        using var grad = no_grad();
        foreach (var (name, target) in state)
        {
            using var source = ReadTensor(file, entries[name]);
            target.copy_(source);
        }
    }

    /// <summary>Compares a file with the tensors it should hold, before anything is allocated.</summary>
    /// <param name="what">The beginning of the message where they differ.</param>
    /// <param name="wanted">The tensors it should hold.</param>
    /// <param name="file">The file.</param>
    /// <exception cref="FormatException">
    /// Names every tensor that is missing, unknown, of another shape or type, or with a number that is NaN or infinite.
    /// </exception>
    public static void Check(string what, IReadOnlyDictionary<string, WantedTensor> wanted, byte[] file) =>
        Check(what, wanted, file, SafetensorsHeader.Read(file).ToDictionary(entry => entry.Name));

    private static void Check(
        string what, IReadOnlyDictionary<string, WantedTensor> wanted, byte[] file, Dictionary<string, SafetensorsHeader.Entry> entries)
    {
        var faults = Faults(wanted, entries).ToArray();
        if (faults.Length == 0)
        {
            faults = [.. entries.Values.Where(entry => wanted[entry.Name].IsFinite && !IsFinite(file, entry))
                .Select(entry => $"'{entry.Name}' holds a number that is NaN or infinite")];
        }
        if (faults.Length > 0)
        {
            throw new FormatException($"{what}: {string.Join("; ", faults)}.");
        }
    }

    /// <exception cref="FormatException">
    /// The file is damaged, or a tensor holds a number that is NaN or infinite; the message names it.
    /// </exception>
    public static void CheckFinite(byte[] file)
    {
        if (SafetensorsHeader.Read(file).FirstOrDefault(entry => !IsFinite(file, entry)) is { } wrong)
        {
            throw new FormatException($"'{wrong.Name}' holds a number that is NaN or infinite.");
        }
    }

    /// <summary>Whether no tensor holds a number that is NaN or infinite.</summary>
    public static bool AreFinite(byte[] file) => SafetensorsHeader.Read(file).All(entry => IsFinite(file, entry));

    private static bool IsFinite(byte[] file, SafetensorsHeader.Entry entry)
    {
        var bytes = file.AsSpan((int)entry.Start, (int)entry.Length);
        return entry.Type.Type switch
        {
            ScalarType.Float32 => !MemoryMarshal.Cast<byte, float>(bytes).ContainsAnyExceptInRange(float.MinValue, float.MaxValue),
            ScalarType.Float64 => !MemoryMarshal.Cast<byte, double>(bytes).ContainsAnyExceptInRange(double.MinValue, double.MaxValue),
            _ => true,
        };
    }

    private static IEnumerable<string> Faults(
        IReadOnlyDictionary<string, WantedTensor> state, Dictionary<string, SafetensorsHeader.Entry> entries)
    {
        foreach (var name in state.Keys.Except(entries.Keys))
        {
            yield return $"'{name}' is missing";
        }
        foreach (var name in entries.Keys.Except(state.Keys))
        {
            yield return $"'{name}' is unknown to the network";
        }
        foreach (var (name, target) in state.Where(pair => entries.ContainsKey(pair.Key)))
        {
            var (type, shape) = (entries[name].Type, entries[name].Shape);
            var (found, wanted) = (type.Type is { } known ? Describe(known, shape)
                : $"{type.Name}[{string.Join(", ", shape)}]", Describe(target.Type, target.Shape));
            if (found != wanted)
            {
                yield return $"'{name}' is {found} and should be {wanted}";
            }
        }
    }

    private static string Describe(ScalarType type, long[] shape) => $"{type}[{string.Join(", ", shape)}]";

    private static Part Describe((string Name, Tensor Value) tensor)
    {
        var type = SafetensorsType.Find(tensor.Value.dtype)
            ?? throw new ArgumentException(
                $"Tensor '{tensor.Name}' is {tensor.Value.dtype}; only real numbers, integers and booleans can be stored.");
        return new Part(tensor.Name, type, tensor.Value.shape, tensor.Value.numel() * type.Size, target => Copy(tensor.Value, target));
    }

    private static void CheckNames(Part[] parts)
    {
        var names = new HashSet<string> { SafetensorsHeader.Metadata };
        if (Array.Find(parts, part => !names.Add(part.Name)) is { } part)
        {
            throw new ArgumentException($"The name '{part.Name}' is given twice or reserved.");
        }
    }

    private static int FileLength(byte[] header, Part[] parts)
    {
        var length = sizeof(ulong) + header.Length + parts.Sum(part => part.Length);
        return length <= Array.MaxLength
            ? (int)length
            : throw new ArgumentException($"The tensors take {length} bytes together; a file holds at most {Array.MaxLength}.");
    }

    private static byte[] Header(Part[] parts)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            var start = 0L;
            foreach (var part in parts)
            {
                WriteEntry(json, part, start);
                start += part.Length;
            }
            json.WriteEndObject();
        }
        while (memory.Length % Alignment != 0)
        {
            memory.WriteByte((byte)' ');
        }
        return memory.ToArray();
    }

    private static void WriteEntry(Utf8JsonWriter json, Part part, long start)
    {
        json.WriteStartObject(part.Name);
        json.WriteString("dtype", part.Type.Name);
        WriteIntegers(json, "shape", part.Shape);
        WriteIntegers(json, "data_offsets", [start, start + part.Length]);
        json.WriteEndObject();
    }

    private static void WriteIntegers(Utf8JsonWriter json, string name, long[] values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteNumberValue(value);
        }
        json.WriteEndArray();
    }

    private static void Copy(Tensor value, Span<byte> destination)
    {
        using var scope = NewDisposeScope();
        value.cpu().contiguous().bytes.CopyTo(destination);
    }

    private static Tensor ReadTensor(byte[] file, SafetensorsHeader.Entry entry)
    {
        var tensor = empty(entry.Shape, dtype: SafetensorsHeader.ReadableType(entry), device: CPU).DetachFromDisposeScope();
        file.AsSpan((int)entry.Start, (int)entry.Length).CopyTo(tensor.bytes);
        return tensor;
    }

    private delegate void CopyTo(Span<byte> target);

    private sealed record Part(string Name, SafetensorsType Type, long[] Shape, long Length, CopyTo Copy);
}
