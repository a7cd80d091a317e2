using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Managed;

/// <summary>
/// What C# kernels remember between steps: a tree of named arrays, with a node for each layer. A file of it is one of <see cref="StreamState"/>.
/// </summary>
/// <remarks>Arrays are created by the first step; from then on a step allocates nothing, except where the state itself grows.</remarks>
internal sealed class ManagedStreamState
{
    private readonly ManagedStreamState _root;
    private readonly string _prefix;
    private readonly Dictionary<string, ManagedStreamState> _children = [];
    private readonly Dictionary<string, StateArray> _arrays = [];
    private readonly List<(string Path, StateArray Array)> _all;
    private long _position;
    private long _kept;

    public ManagedStreamState() => (_root, _prefix, _all) = (this, "", []);

    private ManagedStreamState(ManagedStreamState root, string prefix) => (_root, _prefix, _all) = (root, prefix, root._all);

    /// <inheritdoc cref="StreamState.Position"/>
    public long Position => _root._position;

    /// <summary>The bytes of all remembered values.</summary>
    public long Bytes => _all.Sum(pair => pair.Array.Bytes);

    /// <summary>The node of a layer.</summary>
    public ManagedStreamState At(string name)
    {
        if (!_children.TryGetValue(name, out var child))
        {
            _children.Add(name, child = new ManagedStreamState(_root, _prefix + name + StreamState.Separator));
        }
        return child;
    }

    /// <summary>An array of single precision.</summary>
    /// <inheritdoc cref="FixedStateArray{T}(ReadOnlySpan{long}, int)"/>
    public FixedStateArray<float> Singles(string name, ReadOnlySpan<long> shape, int rows = 1) => Fixed<float>(name, shape, rows);

    /// <summary>An array of double precision.</summary>
    public FixedStateArray<double> Doubles(string name, ReadOnlySpan<long> shape) => Fixed<double>(name, shape, 1);

    /// <summary>An array that grows.</summary>
    public GrowingStateArray Growing(string name, int heads, int width) =>
        (GrowingStateArray)(_arrays.GetValueOrDefault(name) ?? Add(name, new GrowingStateArray(heads, width)));

    /// <summary>Counts steps that all layers have taken.</summary>
    public void Move(long steps) => _root._position += steps;

    /// <summary>Commits all changes. Call it on the root, like <see cref="Undo"/>.</summary>
    public void Keep()
    {
        _kept = _position;
        foreach (var (_, array) in _all)
        {
            array.Keep();
        }
    }

    /// <summary>Reverts to the last <see cref="Keep"/>.</summary>
    public void Undo()
    {
        _position = _kept;
        foreach (var (_, array) in _all)
        {
            array.Undo();
        }
    }

    /// <summary>Reverts to the beginning.</summary>
    public void Clear()
    {
        (_position, _kept) = (0, 0);
        foreach (var (_, array) in _all)
        {
            array.Clear();
        }
    }

    /// <summary>The whole tree as a safetensors file.</summary>
    public byte[] Save() => Safetensors.WriteArrays(_all.Where(pair => pair.Array.IsKept)
        .Select(pair => new StoredArray(pair.Path, pair.Array.Type, pair.Array.ShapeAt(_kept), pair.Array.Save()))
        .Append(new StoredArray(
            StreamState.PositionName, ScalarType.Int64, [], MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in _kept)).ToArray())));

    /// <summary>The type and shape of each array after a number of steps, by path.</summary>
    public IReadOnlyDictionary<string, WantedTensor> ShapesAt(long position) =>
        _all.ToDictionary(pair => pair.Path, pair => new WantedTensor(pair.Array.Type, pair.Array.ShapeAt(position)));

    /// <summary>Replaces the state, which has taken a step, by one that <see cref="StreamState.Check"/> accepted.</summary>
    public void Load(byte[] file)
    {
        var entries = SafetensorsHeader.Read(file).ToDictionary(entry => entry.Name);
        Clear();
        foreach (var (path, array) in _all)
        {
            if (entries.TryGetValue(path, out var entry))
            {
                array.Load(file.AsSpan((int)entry.Start, (int)entry.Length));
            }
        }
        _position = _kept = StreamState.ReadPosition(file);
    }

    private FixedStateArray<T> Fixed<T>(string name, ReadOnlySpan<long> shape, int rows)
        where T : unmanaged =>
        (FixedStateArray<T>)(_arrays.GetValueOrDefault(name) ?? Add(name, new FixedStateArray<T>(shape, rows)));

    private StateArray Add(string name, StateArray array)
    {
        _arrays.Add(name, array);
        _all.Add((_prefix + name, array));
        return array;
    }
}
