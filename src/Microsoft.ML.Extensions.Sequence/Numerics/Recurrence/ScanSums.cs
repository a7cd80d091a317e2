using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Numerics.StateSpace;

namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>
/// The values that a backward scan keeps for each row and lane group: the sums of its parameter gradients and the adjoint of its state,
/// [B, groups, sums + states, width]. Rows are added in order at the end, so the result does not depend on the threads.
/// </summary>
internal sealed unsafe class ScanSums : IDisposable
{
    private readonly ScanPlan _plan;
    private readonly int _sums;
    private readonly int _states;
    private readonly int _width;
    private readonly FloatBuffer _values;

    public ScanSums(ScanPlan plan, int sums, int states)
    {
        (_plan, _sums, _states, _width) = (plan, sums, states, (int)plan.Width);
        var count = (long)plan.Shape.Batch * plan.Channel.Length * GroupSize;
        _values = new FloatBuffer(count);
        NativeMemory.Clear(_values.Start, (nuint)count * sizeof(float));
    }

    private int GroupSize => (_sums + _states) * _width;

    /// <summary>Numbers from one group to the next.</summary>
    public int Stride => GroupSize;

    public float* Of(int row, int group) => _values.Start + ((((nint)row * _plan.Channel.Length) + group) * GroupSize);

    /// <summary>Sets the adjoints to dL/ds_last, [S, B, H]; null leaves them zero.</summary>
    public void Begin(float* last)
    {
        if (last is not null)
        {
            ForEachAdjoint((adjoint, state) => *adjoint = *state, last);
        }
    }

    /// <summary>Writes the sums over the rows, [sums, H], and the adjoints of s_0, [S, B, H], where wanted.</summary>
    public void End(float* parameters, float* initial)
    {
        if (initial is not null)
        {
            ForEachAdjoint((adjoint, state) => *state = *adjoint, initial);
        }
        for (var group = 0; group < _plan.Channel.Length; group++)
        {
            for (var i = 0; i < _sums * _width; i++)
            {
                parameters[((nint)(i / _width) * _plan.Shape.Channels) + _plan.Channel[group] + (i % _width)] = OverRows(group, i);
            }
        }
    }

    public void Dispose() => _values.Dispose();

    private float OverRows(int group, int offset)
    {
        var sum = 0.0;
        for (var row = 0; row < _plan.Shape.Batch; row++)
        {
            sum += Of(row, group)[offset];
        }
        return (float)sum;
    }

    private delegate void Move(float* adjoint, float* state);

    private void ForEachAdjoint(Move move, float* states)
    {
        var shape = _plan.Shape;
        for (var row = 0; row < shape.Batch; row++)
        {
            for (var group = 0; group < _plan.Channel.Length; group++)
            {
                for (var i = 0; i < _states * _width; i++)
                {
                    var state = (((nint)(i / _width) * shape.Batch) + row) * shape.Channels;
                    move(Of(row, group) + (_sums * _width) + i, states + state + _plan.Channel[group] + (i % _width));
                }
            }
        }
    }
}
