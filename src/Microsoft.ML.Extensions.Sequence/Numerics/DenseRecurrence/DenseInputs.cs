using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Numerics.StateSpace;

namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>
/// What the inputs of a block of rows add to the gates: made for some steps at a time, so that it is still in the cache when the cell reads
/// it. Products that are given for all steps are only found.
/// </summary>
/// <remarks>Each product is one sum in the order of the inputs, so the size of a tile changes no bit.</remarks>
internal readonly unsafe struct DenseInputs<TCell, TLane> : IDisposable
    where TCell : struct, IDenseCell
    where TLane : struct, IFloatLane<TLane>
{
    // A quarter of a megabyte: beside the matrices in the cache of a core.
    private const int TileNumbers = 1 << 16;

    private readonly DensePlan _plan;
    private readonly DenseData _data;
    private readonly PackedMatrix _matrix;
    private readonly FloatBuffer _buffer;
    private readonly float* _tile;
    private readonly float* _gathered;
    private readonly int _first;
    private readonly int _rows;
    private readonly int _steps;

    /// <param name="plan">The rows.</param>
    /// <param name="data">The memory.</param>
    /// <param name="matrix">W_x; null where its products are given.</param>
    /// <param name="first">The first row of the block.</param>
    /// <param name="rows">Its rows.</param>
    public DenseInputs(DensePlan plan, in DenseData data, PackedMatrix? matrix, int first, int rows)
    {
        (_plan, _data, _first, _rows) = (plan, data, first, rows);
        if (matrix is not { } own)
        {
            return;
        }
        _matrix = own;
        var (turns, longest) = (plan.Shape.Turns, plan.Length(first));
        _steps = (int)Math.Clamp(TileNumbers / (turns * rows * Size), 1, Math.Max(1, longest / turns));
        var tile = turns * _steps * rows * Size;
        _buffer = new FloatBuffer(tile + ((long)_steps * rows * data.InputSize));
        _tile = _buffer.Start;
        _gathered = _tile + tile;
    }

    private nint Size => TCell.Slots * (nint)_plan.Shape.Channels;

    /// <summary>To be called before each step.</summary>
    public void Reach(int step)
    {
        if (_tile != null && step % (_steps * _plan.Shape.Turns) == 0)
        {
            Fill(step);
        }
    }

    /// <summary>W_x x of a row's step, [Slots, H].</summary>
    public float* At(int step, int row)
    {
        if (_tile == null)
        {
            return _data.InputProducts + (_plan.Step(_first + row, step) * Size);
        }
        var turns = _plan.Shape.Turns;
        return _tile + (((((step % turns * (nint)_steps) + (step / turns % _steps)) * _rows) + row) * Size);
    }

    public void Dispose()
    {
        if (_tile != null)
        {
            _buffer.Dispose();
        }
    }

    private void Fill(int from)
    {
        var turns = _plan.Shape.Turns;
        var steps = Math.Min(_steps, (_plan.Length(_first) - from) / turns);
        for (var step = 0; step < steps;)
        {
            var active = Active(from + (step * turns));
            // Steps that all rows have follow each other in the tile.
            var run = 1;
            while (active == _rows && step + run < steps && Active(from + ((step + run) * turns)) == _rows)
            {
                run++;
            }
            Gather(from + (step * turns), run, active);
            PackedProduct<TLane>.Run(
                run * active, _matrix, _gathered, _data.InputSize,
                At(from + (step * turns), 0) + ((TCell.Slots - TCell.InputSlots) * (nint)_plan.Shape.Channels), Size);
            step += run;
        }
        // The other turns of a step have no input.
        var others = _tile + (_steps * _rows * Size);
        for (var turn = 1; turn < turns; turn++, others += _steps * _rows * Size)
        {
            new Span<float>(others, checked((int)(_steps * _rows * Size))).Clear();
        }
    }

    private void Gather(int from, int run, int active)
    {
        nint size = _data.InputSize;
        var target = _gathered;
        var turns = _plan.Shape.Turns;
        for (var step = 0; step < run; step++)
        {
            for (var row = 0; row < active; row++, target += size)
            {
                var place = _plan.Step(_first + row, from + (step * turns)) / turns;
                new ReadOnlySpan<float>(_data.Input + (place * size), (int)size).CopyTo(new Span<float>(target, (int)size));
            }
        }
    }

    // The rows of the block that have this step; the longest come first.
    private int Active(int step)
    {
        var active = _rows;
        while (active > 0 && _plan.Length(_first + active - 1) <= step)
        {
            active--;
        }
        return active;
    }
}
