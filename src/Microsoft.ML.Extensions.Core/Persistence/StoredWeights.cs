using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Persistence;

/// <summary>The weights of a safetensors file by name, for code without TorchSharp.</summary>
internal sealed class StoredWeights
{
    private readonly byte[] _file;
    private readonly IReadOnlyDictionary<string, SafetensorsHeader.Entry> _entries;
    private readonly string _prefix;

    public StoredWeights(byte[] file)
        : this(file, SafetensorsHeader.Read(file).ToDictionary(entry => entry.Name), "")
    {
    }

    private StoredWeights(byte[] file, IReadOnlyDictionary<string, SafetensorsHeader.Entry> entries, string prefix) =>
        (_file, _entries, _prefix) = (file, entries, prefix);

    /// <summary>Those of a part of the network.</summary>
    public StoredWeights At(string name) => new(_file, _entries, $"{_prefix}{name}.");

    public bool Has(string name) => _entries.ContainsKey(_prefix + name);

    public float[] Singles(string name, params ReadOnlySpan<long> shape) => Read<float>(name, "F32", shape);

    public double[] Doubles(string name, params ReadOnlySpan<long> shape) => Read<double>(name, "F64", shape);

    public long[] Integers(string name, params ReadOnlySpan<long> shape) => Read<long>(name, "I64", shape);

    private T[] Read<T>(string name, string type, ReadOnlySpan<long> shape) where T : unmanaged
    {
        if (!_entries.TryGetValue(_prefix + name, out var entry) || entry.Type.Name != type || !shape.SequenceEqual(entry.Shape))
        {
            throw new FormatException($"The weights have no '{_prefix}{name}' of type {type} and shape [{string.Join(", ", shape.ToArray())}].");
        }
        return MemoryMarshal.Cast<byte, T>(_file.AsSpan((int)entry.Start, (int)entry.Length)).ToArray();
    }
}
