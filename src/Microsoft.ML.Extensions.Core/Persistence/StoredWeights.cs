using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;

namespace Microsoft.ML.Extensions.Persistence;

/// <summary>The tensors of a model file as arrays, without libtorch: each part of a network takes its own.</summary>
/// <remarks>
/// What does not fit is told by <see cref="CheckTaken"/>, all of it at once; until then it is zeros. More numbers than the file holds are
/// refused before anything is allocated.
/// </remarks>
internal sealed class StoredWeights
{
    private readonly Contents _contents;
    private readonly string _prefix;

    /// <param name="file">A safetensors file.</param>
    /// <exception cref="FormatException">The file is damaged or not of this format.</exception>
    public StoredWeights(byte[] file)
        : this(new Contents(file), "")
    {
    }

    private StoredWeights(Contents contents, string prefix) => (_contents, _prefix) = (contents, prefix);

    /// <summary>Those whose names begin with this one and a point.</summary>
    public StoredWeights At(string name) => new(_contents, $"{_prefix}{name}.");

    /// <summary>Whether the file holds it.</summary>
    public bool Has(string name) => _contents.Entries.ContainsKey(_prefix + name);

    /// <summary>Whether the file holds any whose name begins with this one and a point.</summary>
    public bool HasAny(string name) =>
        _contents.Entries.Keys.Any(key => key.StartsWith($"{_prefix}{name}.", StringComparison.Ordinal));

    /// <summary>Its shape in the file; empty, <c>[0]</c>, where it is missing.</summary>
    public long[] ShapeOf(string name) => _contents.Entries.TryGetValue(_prefix + name, out var entry) ? entry.Shape : [0];

    /// <summary>Numbers in single precision.</summary>
    public float[] Singles(string name, params ReadOnlySpan<long> shape) => Take<float>(name, torch.ScalarType.Float32, shape);

    /// <summary>Numbers in double precision.</summary>
    public double[] Doubles(string name, params ReadOnlySpan<long> shape) => Take<double>(name, torch.ScalarType.Float64, shape);

    /// <summary>Integers.</summary>
    public long[] Integers(string name, params ReadOnlySpan<long> shape) => Take<long>(name, torch.ScalarType.Int64, shape);

    /// <summary>Ends the taking.</summary>
    /// <exception cref="FormatException">
    /// Names every tensor that is missing, was not taken, is of another shape or type, or holds a number that is NaN or infinite.
    /// </exception>
    public void CheckTaken() => Safetensors.Check("The weights do not fit the network", _contents.Wanted, _contents.File);

    private T[] Take<T>(string name, torch.ScalarType type, ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        var wanted = new WantedTensor(type, shape.ToArray());
        _contents.Ask(shape);
        _contents.Wanted[_prefix + name] = wanted;
        var values = new T[shape.Length == 0 ? 1 : checked((int)wanted.Shape.Aggregate(1L, (product, size) => product * size))];
        if (_contents.Entries.TryGetValue(_prefix + name, out var entry) && entry.Type.Type == type && entry.Shape.AsSpan().SequenceEqual(shape))
        {
            _contents.File.AsSpan((int)entry.Start, (int)entry.Length).CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        }
        return values;
    }

    private sealed class Contents(byte[] file)
    {
        private double _asked;

        public byte[] File => file;

        public Dictionary<string, SafetensorsHeader.Entry> Entries { get; } = SafetensorsHeader.Read(file).ToDictionary(entry => entry.Name);

        public Dictionary<string, WantedTensor> Wanted { get; } = [];

        public void Ask(ReadOnlySpan<long> shape)
        {
            var count = 1.0;
            foreach (var size in shape)
            {
                count *= size;
            }
            _asked += count;
            var held = Entries.Values.Sum(entry => entry.Shape.Aggregate(1L, (product, size) => product * size));
            if (_asked > held)
            {
                throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                    $"The description calls for {_asked:n0} weights or more, and the file holds {held:n0}."));
            }
        }
    }
}
