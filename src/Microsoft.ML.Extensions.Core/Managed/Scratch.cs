using System.Globalization;
using Microsoft.ML.Extensions.Numerics.StateSpace;

namespace Microsoft.ML.Extensions.Managed;

/// <summary>Memory of one thread's scoring: taken and given back like a stack, so that no row allocates once the longest has been scored.</summary>
internal sealed unsafe class Scratch
{
    private const int Lane = 16;
    private const int FirstBlock = 1 << 12;

    // Where the next block is larger than needed, it must be possible, too.
    private const nint Most = int.MaxValue / 2;

    private readonly List<AlignedArray> _blocks = [];
    private readonly Dictionary<Type, object> _others = [];
    private int _block = -1;
    private nint _used;

    /// <summary>Numbers that are not cleared, aligned for the widest lane.</summary>
    /// <exception cref="InvalidOperationException">An array cannot hold so many.</exception>
    public float* Take(nint count)
    {
        if (count > Most)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"A layer needs {count:n0} numbers for a row, and {Most:n0} are possible at once; score shorter rows, or a narrower network."));
        }
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
                _blocks.Add(Allocated(count, Math.Max(count, _block == 0 ? FirstBlock : Math.Min(Most, 2 * _blocks[^1].Length))));
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

    // With room for more, or where that is too much, with what is needed.
    private static AlignedArray Allocated(nint count, nint wanted)
    {
        try
        {
            return new AlignedArray(wanted);
        }
        catch (OutOfMemoryException) when (wanted > count)
        {
            return Allocated(count, count);
        }
        catch (OutOfMemoryException e)
        {
            throw new KernelMemoryException((long)count * sizeof(float), e);
        }
    }

    internal readonly ref struct Mark(Scratch scratch, int block, nint used)
    {
        public void Dispose() => (scratch._block, scratch._used) = (block, used);
    }
}
