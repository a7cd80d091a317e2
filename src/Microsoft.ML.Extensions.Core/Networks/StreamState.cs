using System.Buffers.Binary;
using Microsoft.ML.Extensions.Persistence;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>What a network remembers between steps: a tree of named tensors, with a node for each layer.</summary>
/// <remarks>The state owns its tensors: they outlive every dispose scope until they are replaced, cleared or disposed.</remarks>
internal sealed class StreamState : IDisposable
{
    /// <summary>The name of the steps so far in a file.</summary>
    public const string PositionName = "position";

    /// <summary>Stands between the names of a path.</summary>
    public const char Separator = '/';

    // Longer than any stream, and small enough that a few more steps do not overflow.
    private const long LargestPosition = 1L << 53;

    private readonly StreamState _root;
    private readonly Dictionary<string, StreamState> _children = [];
    private readonly Dictionary<string, Tensor> _values = [];
    private readonly Dictionary<string, Tensor> _held = [];
    private readonly List<(StreamState Node, string Name, Tensor? Former)> _former = [];
    private long _position;
    private long _kept;

    public StreamState() => _root = this;

    private StreamState(StreamState root) => _root = root;

    /// <summary>The steps that were taken before; the same at every node.</summary>
    public long Position => _root._position;

    /// <summary>The bytes of all remembered values; constants do not count.</summary>
    public long Bytes => _values.Values.Sum(value => value.numel() * value.element_size()) + _children.Values.Sum(child => child.Bytes);

    /// <summary>The node of a layer.</summary>
    public StreamState At(string name)
    {
        if (!_children.TryGetValue(name, out var child))
        {
            _children[name] = child = new StreamState(_root);
        }
        return child;
    }

    /// <summary>A remembered value, or its initial one.</summary>
    public Tensor Get(string name, Func<Tensor> initial)
    {
        if (!_values.TryGetValue(name, out var value))
        {
            Set(name, value = initial());
        }
        return value;
    }

    /// <summary>Remembers a value; <see cref="Keep"/> frees the previous one.</summary>
    public void Set(string name, Tensor value)
    {
        value.DetachFromDisposeScope();
        var former = _values.GetValueOrDefault(name);
        if (!ReferenceEquals(former, value))
        {
            _root._former.Add((this, name, former));
            _values[name] = value;
        }
    }

    /// <summary>A constant that depends on the weights alone: computed once, never saved.</summary>
    public Tensor Held(string name, Func<Tensor> make)
    {
        if (!_held.TryGetValue(name, out var value))
        {
            _held[name] = value = make().DetachFromDisposeScope();
        }
        return value;
    }

    /// <summary>Counts steps that all layers have taken.</summary>
    public void Move(long steps) => _root._position += steps;

    /// <summary>Commits all changes. Call it on the root, like <see cref="Undo"/>.</summary>
    public void Keep()
    {
        _kept = _position;
        foreach (var (_, _, former) in _former)
        {
            former?.Dispose();
        }
        _former.Clear();
    }

    /// <summary>Reverts to the last <see cref="Keep"/>.</summary>
    public void Undo()
    {
        _position = _kept;
        foreach (var (node, name, former) in Enumerable.Reverse(_former))
        {
            node._values.Remove(name, out var value);
            value?.Dispose();
            if (former is not null)
            {
                node._values[name] = former;
            }
        }
        _former.Clear();
    }

    /// <summary>Reverts to the beginning; constants stay.</summary>
    public void Clear()
    {
        Keep();
        (_position, _kept) = (0, 0);
        Free(_values);
        foreach (var child in _children.Values)
        {
            child.Clear();
        }
    }

    /// <summary>The whole tree as a safetensors file.</summary>
    public byte[] Save()
    {
        using var position = tensor(_position);
        return Safetensors.Write(Named("").Append((PositionName, position)));
    }

    /// <summary>The type and shape of each remembered value, by path.</summary>
    public IReadOnlyDictionary<string, WantedTensor> Shapes() =>
        Named("").ToDictionary(pair => pair.Name, pair => WantedTensor.Like(pair.Value));

    /// <summary>Compares saved bytes with the shapes of such a state, before anything is allocated.</summary>
    /// <param name="bytes">What was saved.</param>
    /// <param name="shapesAt">The shapes of the state after a number of steps.</param>
    /// <exception cref="FormatException">
    /// The bytes are not a state, or not one of this network; the message names every tensor that is wrong.
    /// </exception>
    public static void Check(byte[] bytes, Func<long, IReadOnlyDictionary<string, WantedTensor>> shapesAt)
    {
        var position = ReadPosition(bytes);
        Safetensors.Check(
            $"The state after {position} steps does not fit the network",
            new Dictionary<string, WantedTensor>(shapesAt(position)) { [PositionName] = new(ScalarType.Int64, []) }, bytes);
    }

    /// <summary>Replaces the state by one that <see cref="Save"/> wrote and <see cref="Check"/> accepted.</summary>
    public void Load(byte[] bytes, Device device)
    {
        using var scope = NewDisposeScope();
        var position = ReadPosition(bytes);
        var values = Safetensors.Read(bytes);
        scope.Attach(values.Values);
        Clear();
        _position = position;
        foreach (var (path, value) in values.Where(pair => pair.Key != PositionName))
        {
            var names = path.Split(Separator);
            names[..^1].Aggregate(this, (node, name) => node.At(name)).Set(names[^1], value.to(device));
        }
        Keep();
    }

    public void Dispose()
    {
        Keep();
        Free(_values);
        Free(_held);
        foreach (var child in _children.Values)
        {
            child.Dispose();
        }
    }

    /// <summary>The steps that a saved state has taken.</summary>
    /// <exception cref="FormatException">The bytes are not a state.</exception>
    public static long ReadPosition(byte[] bytes)
    {
        var entry = SafetensorsHeader.Read(bytes).FirstOrDefault(entry => entry.Name == PositionName);
        if (entry?.Type.Type != ScalarType.Int64 || entry.Length != sizeof(long))
        {
            throw new FormatException("The bytes hold tensors, but not the state of a stream.");
        }
        var position = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan((int)entry.Start));
        return position is >= 0 and <= LargestPosition ? position
            : throw new FormatException($"The state is from after {position} steps; allowed are 0 to {LargestPosition}.");
    }

    private IEnumerable<(string Name, Tensor Value)> Named(string prefix) => _values
        .Select(pair => (prefix + pair.Key, pair.Value))
        .Concat(_children.SelectMany(child => child.Value.Named(prefix + child.Key + Separator)));

    private static void Free(Dictionary<string, Tensor> values)
    {
        foreach (var value in values.Values)
        {
            value.Dispose();
        }
        values.Clear();
    }
}
