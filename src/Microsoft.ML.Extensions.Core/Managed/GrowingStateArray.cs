using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Numerics.StateSpace;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Managed;

/// <summary>
/// A <see cref="StateArray"/> to which each step adds a part: <c>[T, Heads, W]</c> in memory, <c>[1, Heads, T, W]</c> in a file.
/// </summary>
/// <param name="heads">The number of heads.</param>
/// <param name="width">W.</param>
internal sealed unsafe class GrowingStateArray(int heads, int width) : StateArray
{
    private const int FirstSteps = 16;

    private AlignedArray _values = new((nint)FirstSteps * heads * width);
    private int _kept;
    private int _steps;

    public override ScalarType Type => ScalarType.Float32;

    public override bool IsKept => _kept > 0;

    public override long Bytes => (long)_kept * Size * sizeof(float);

    /// <summary>T, with the current step.</summary>
    public int Steps => _steps;

    /// <summary>The parts, <c>[T, Heads, W]</c>, until the next <see cref="Append"/>.</summary>
    public float* Values => _values.Start;

    private int Size => heads * width;

    public override long[] ShapeAt(long position) => [1, heads, position, width];

    /// <summary>Adds a part, and gives where it is to be written.</summary>
    public float* Append()
    {
        var used = checked(_steps * Size);
        if (used + Size > _values.Length)
        {
            Reserve(2 * _values.Length);
        }
        _steps++;
        return _values.Start + used;
    }

    public override void Keep() => _kept = _steps;

    public override void Undo() => _steps = _kept;

    public override void Clear() => (_kept, _steps) = (0, 0);

    public override byte[] Save()
    {
        var data = new byte[Bytes];
        Transpose<float>(_values.Span[..(_kept * Size)], MemoryMarshal.Cast<byte, float>(data.AsSpan()), _kept, heads);
        return data;
    }

    public override void Load(ReadOnlySpan<byte> data)
    {
        var values = MemoryMarshal.Cast<byte, float>(data);
        Clear();
        Reserve(Math.Max(values.Length, _values.Length));
        _kept = _steps = values.Length / Size;
        Transpose(values, _values.Span, heads, _steps);
    }

    private void Reserve(nint length)
    {
        var values = new AlignedArray(length);
        _values.Span[..(_steps * Size)].CopyTo(values.Span);
        _values = values;
    }
}
