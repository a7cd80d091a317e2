using Microsoft.ML.Extensions.Numerics.StateSpace;

namespace Microsoft.ML.Extensions.Managed;

/// <summary>Memory of one thread's scoring: taken and given back like a stack, so that no row allocates once the longest has been scored.</summary>
internal sealed unsafe class Scratch
{
    private const int Lane = 16;
    private const int FirstBlock = 1 << 12;

    private readonly List<AlignedArray> _blocks = [];
    private readonly Dictionary<Type, object> _others = [];
    private int _block = -1;
    private nint _used;

    /// <summary>Numbers that are not cleared, aligned for the widest lane.</summary>
    public float* Take(nint count)
    {
        count = (count + Lane - 1) / Lane * Lane;
        if (_block < 0 || _used + count > _blocks[_block].Length)
        {
            do
            {
                _block++;
            }
            while (_block < _blocks.Count && _blocks[_block].Length < count);
            if (_block == _blocks.Count)
            {
                _blocks.Add(new AlignedArray(Math.Max(count, _block == 0 ? FirstBlock : 2 * _blocks[^1].Length)));
            }
            _used = 0;
        }
        var start = _blocks[_block].Start + _used;
        _used += count;
        return start;
    }

    /// <summary>Integers, as <see cref="Take"/>.</summary>
    public int* TakeIntegers(nint count) => (int*)Take(count);

    /// <summary>Memory of another form, one of each type.</summary>
    public T Of<T>()
        where T : class, new()
    {
        if (!_others.TryGetValue(typeof(T), out var other))
        {
            _others.Add(typeof(T), other = new T());
        }
        return (T)other;
    }

    /// <summary>What is taken from here on is given back when the mark is disposed.</summary>
    public Mark Begin() => new(this, _block, _used);

    internal readonly ref struct Mark(Scratch scratch, int block, nint used)
    {
        public void Dispose() => (scratch._block, scratch._used) = (block, used);
    }
}
