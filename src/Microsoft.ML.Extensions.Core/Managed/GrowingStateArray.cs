using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Numerics.StateSpace;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Managed;

/// <summary>
/// A <see cref="StateArray"/> to which each step adds a part: <c>[Heads, W, T]</c> in memory, so that all steps of a channel follow each other,
/// <c>[1, Heads, T, W]</c> in a file.
/// </summary>
/// <param name="heads">The number of heads.</param>
/// <param name="width">W.</param>
internal sealed unsafe class GrowingStateArray(int heads, int width) : StateArray
{
    private const int FirstSteps = 16;

    private AlignedArray _values = new((nint)FirstSteps * heads * width);
    private nint _room = FirstSteps;
    private int _kept;
    private int _steps;

    public override ScalarType Type => ScalarType.Float32;

    public override bool IsKept => _kept > 0;

    public override long Bytes => (long)_kept * Channels * sizeof(float);

    /// <summary>T, with the current step.</summary>
    public int Steps => _steps;

    private int Channels => heads * width;

    public override long[] ShapeAt(long position) => [1, heads, position, width];

    /// <summary>Numbers from a channel to the next, until the next <see cref="Append"/>.</summary>
    public nint Stride => _room;

    /// <summary>The numbers of a channel, <c>[T]</c>, until the next <see cref="Append"/>.</summary>
    public float* Channel(int channel) => _values.Start + (channel * _room);

    /// <summary>Adds a part, <c>[Heads, W]</c>.</summary>
    public void Append(float* part)
    {
        if (_steps == _room)
        {
            Reserve(2 * _room);
        }
        for (var channel = 0; channel < Channels; channel++)
        {
            Channel(channel)[_steps] = part[channel];
        }
        _steps++;
    }

    public override void Keep() => _kept = _steps;

    public override void Undo() => _steps = _kept;

    public override void Clear() => (_kept, _steps) = (0, 0);

    public override byte[] Save()
    {
        var data = new byte[Bytes];
        var values = MemoryMarshal.Cast<byte, float>(data.AsSpan());
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = *Place(i, _kept);
        }
        return data;
    }

    public override void Load(ReadOnlySpan<byte> data)
    {
        var values = MemoryMarshal.Cast<byte, float>(data);
        var steps = values.Length / Channels;
        Clear();
        Reserve(Math.Max(steps, _room));
        for (var i = 0; i < values.Length; i++)
        {
            *Place(i, steps) = values[i];
        }
        _kept = _steps = steps;
    }

    // Where a number of a file stands, [Heads, T, W].
    private float* Place(int index, int steps)
    {
        var (head, step, channel) = (index / (steps * width), index / width % steps, index % width);
        return Channel((head * width) + channel) + step;
    }

    private void Reserve(nint room)
    {
        var values = new AlignedArray(room * Channels);
        for (var channel = 0; channel < Channels; channel++)
        {
            new Span<float>(Channel(channel), _steps).CopyTo(new Span<float>(values.Start + (channel * room), _steps));
        }
        (_values, _room) = (values, room);
    }
}
