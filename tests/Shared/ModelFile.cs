using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>A saved model as bytes, and its entries.</summary>
public static class ModelFile
{
    /// <summary>The entry of the description.</summary>
    public const string Description = "model.json";
    /// <summary>The entry of the weights.</summary>
    public const string Weights = "weights.safetensors";

    private const string Key = "Model.key";

    // Places in ML.NET's header of what follows the model: its name of the assembly, the mark of the end, the end.
    private const int Tail = 0x80;
    private const int End = 0x88;
    private const int AssemblyStart = 0x90;
    private const int AssemblyLength = 0x98;

    // Bytes of a zip entry's header before its name.
    private const int LocalHeader = 30;

    public static byte[] Save(MLContext ml, ITransformer model, DataViewSchema schema)
    {
        using var memory = new MemoryStream();
        ml.Model.Save(model, schema, memory);
        return memory.ToArray();
    }

    public static ITransformer Load(MLContext ml, byte[] file)
    {
        using var memory = new MemoryStream(file);
        return ml.Model.Load(memory, out _);
    }

    public static Dictionary<string, byte[]> Entries(byte[] file)
    {
        using var zip = new ZipArchive(new MemoryStream(file));
        return zip.Entries.ToDictionary(entry => entry.FullName, Read);
    }

    /// <summary>The content of the one entry whose name ends so.</summary>
    public static byte[] Entry(byte[] file, string name) =>
        Entries(file).Single(entry => entry.Key.EndsWith(name, StringComparison.Ordinal)).Value;

    /// <summary>Where ML.NET's schema of the input stands, the last of the entries: its first byte and the one after its last.</summary>
    public static (int Start, int End) Schema(byte[] file)
    {
        var start = file.AsSpan().LastIndexOf("PK\u0003\u0004"u8);
        return !file.AsSpan(start + LocalHeader).StartsWith("Schema"u8)
            ? throw new InvalidOperationException("The schema is not the last entry.")
            : (start, start + file.AsSpan(start).IndexOf("PK\u0001\u0002"u8));
    }

    public static byte[] Pack(IEnumerable<KeyValuePair<string, byte[]>> entries)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create))
        {
            foreach (var (name, bytes) in entries)
            {
                using var stream = zip.CreateEntry(name).Open();
                stream.Write(bytes);
            }
        }
        return memory.ToArray();
    }

    /// <summary>The file with another description, under a checksum that agrees: as another version of the pack might write it.</summary>
    public static byte[] WithDescription(byte[] file, Action<JsonNode> edit)
    {
        var json = JsonNode.Parse(Entry(file, Description))!;
        edit(json);
        return With(file, Description, Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    /// <summary>
    /// The file with another content of one of the pack's own entries, under a checksum that agrees: as a stranger might write it.
    /// </summary>
    public static byte[] With(byte[] file, string entry, byte[] content)
    {
        var entries = Entries(file);
        var name = entries.Keys.Single(key => key.EndsWith(entry, StringComparison.Ordinal));
        var key = entries[name[..^entry.Length] + Key];
        SHA256.HashData(content).CopyTo(key, key.AsSpan().IndexOf(SHA256.HashData(entries[name])));
        entries[name] = content;
        return Pack(entries);
    }

    /// <summary>
    /// The file with another name of the assembly in each header that names one of the pack's: as another version of the pack might write
    /// it.
    /// </summary>
    public static byte[] WithAssembly(byte[] file, Func<string, string> rename)
    {
        var entries = Entries(file);
        var renamed = 0;
        foreach (var name in entries.Keys.Where(entry => entry.EndsWith(Key, StringComparison.Ordinal)).ToArray())
        {
            var key = entries[name];
            var start = (int)BitConverter.ToInt64(key, AssemblyStart);
            var old = Encoding.Unicode.GetString(key, start, (int)BitConverter.ToUInt32(key, AssemblyLength));
            if (!old.StartsWith("Microsoft.ML.Extensions.", StringComparison.Ordinal))
            {
                continue;
            }
            var tail = (int)BitConverter.ToInt64(key, Tail);
            var text = Encoding.Unicode.GetBytes(rename(old));
            byte[] edited = [.. key[..start], .. text, .. key[tail..]];
            BitConverter.TryWriteBytes(edited.AsSpan(AssemblyLength), text.Length);
            BitConverter.TryWriteBytes(edited.AsSpan(Tail), start + (long)text.Length);
            BitConverter.TryWriteBytes(edited.AsSpan(End), (long)edited.Length);
            entries[name] = edited;
            renamed++;
        }
        return renamed > 0 ? Pack(entries) : throw new InvalidOperationException("No header names an assembly of the pack.");
    }

    private static byte[] Read(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
