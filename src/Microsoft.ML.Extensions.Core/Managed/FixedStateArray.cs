using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Managed;

/// <summary>A <see cref="StateArray"/> of constant size.</summary>
/// <typeparam name="T">Single, or Double for sums that grow without limit.</typeparam>
internal sealed unsafe class FixedStateArray<T> : StateArray
    where T : unmanaged
{
    private readonly long[] _shape;
    private readonly int _rows;
    private T[] _kept;
    private T[] _changed;
    private bool _isKept;
    private bool _isChanged;

    /// <param name="shape">The shape in a file.</param>
    /// <param name="rows">R, where kernels have it as <c>[R, n]</c> and files as <c>[n, R]</c>; 1 where both are the same.</param>
    public FixedStateArray(ReadOnlySpan<long> shape, int rows)
    {
        (_shape, _rows) = (shape.ToArray(), Math.Max(1, rows));
        var length = checked((int)_shape.Aggregate(1L, (product, size) => product * size));
        (_kept, _changed) = (GC.AllocateArray<T>(length, pinned: true), GC.AllocateArray<T>(length, pinned: true));
    }

    public override ScalarType Type => typeof(T) == typeof(double) ? ScalarType.Float64 : ScalarType.Float32;

    public override bool IsKept => _isKept;

    public override long Bytes => _isKept ? (long)_kept.Length * sizeof(T) : 0;

    /// <summary>What is kept.</summary>
    public ReadOnlySpan<T> Kept => _kept;

    public override long[] ShapeAt(long position) => _shape;

    /// <summary>The numbers for the current step to read and to overwrite; before the first step all 0.</summary>
    /// <param name="isFirst">Whether no step has written it.</param>
    /// <returns>Numbers that stay where they are as long as the state is reachable.</returns>
    public T* Change(out bool isFirst)
    {
        isFirst = !_isKept && !_isChanged;
        if (isFirst)
        {
            Array.Clear(_changed);
        }
        else if (!_isChanged)
        {
            _kept.CopyTo(_changed, 0);
        }
        _isChanged = true;
        return (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_changed));
    }

    public override void Keep()
    {
        if (_isChanged)
        {
            (_kept, _changed) = (_changed, _kept);
            (_isKept, _isChanged) = (true, false);
        }
    }

    public override void Undo() => _isChanged = false;

    public override void Clear() => (_isKept, _isChanged) = (false, false);

    public override byte[] Save()
    {
        var data = new byte[_kept.Length * sizeof(T)];
        Transpose<T>(_kept, MemoryMarshal.Cast<byte, T>(data.AsSpan()), _rows, _kept.Length / _rows);
        return data;
    }

    public override void Load(ReadOnlySpan<byte> data)
    {
        Transpose(MemoryMarshal.Cast<byte, T>(data), _kept, _kept.Length / _rows, _rows);
        (_isKept, _isChanged) = (true, false);
    }
}
