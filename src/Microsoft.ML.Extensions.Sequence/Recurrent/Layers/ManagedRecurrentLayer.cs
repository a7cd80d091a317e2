using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics.DenseRecurrence;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Numerics.StateSpace;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><see cref="RecurrentLayer"/> as C# kernels.</summary>
/// <remarks>Jordan's cell is two turns of Elman's, as in <see cref="FusedRecurrentCells"/>.</remarks>
internal sealed unsafe class ManagedRecurrentLayer<TCell> : ManagedScan
    where TCell : struct, IDenseCell
{
    private readonly int _channels;
    private readonly int _padded;
    private readonly int _turns;
    private readonly bool _reverse;
    private readonly ScanExecution _execution;
    private readonly int _inputs;
    private readonly DenseMatrices _matrices;
    private readonly AlignedArray _bias;
    private readonly AlignedArray? _peepholes;
    private readonly DensePlan _step;

    /// <param name="options">The options.</param>
    /// <param name="weights">The layer's arrays.</param>
    /// <param name="parts">The kernels.</param>
    public ManagedRecurrentLayer(RecurrentLayerOptions options, ManagedRecurrentWeights weights, ManagedParts parts)
    {
        (_inputs, _channels, _reverse, _turns) = (options.InputSize, options.HiddenSize, options.Reverse, weights.Turns);
        _execution = new ScanExecution((LaneWidth)parts.Kernels.Width, 1);
        // As wide as the widest lane would want it, so that the width changes no bit.
        _padded = (_channels + (int)LaneWidth.Sixteen - 1) / (int)LaneWidth.Sixteen * (int)LaneWidth.Sixteen;
        _padded = _channels <= (int)LaneWidth.Four ? (int)LaneWidth.Four : _channels <= (int)LaneWidth.Eight ? (int)LaneWidth.Eight : _padded;
        var input = new AlignedArray(Padded(weights.Input, _inputs, _inputs));
        var recurrent = new AlignedArray(Padded(weights.Recurrent, _channels, _padded));
        DenseData data = new() { InputMatrix = input.Start, InputSize = _inputs, Recurrent = recurrent.Start };
        _matrices = FusedDenseScan<TCell>.Pack(data, _turns, _padded, _execution, isKept: true);
        GC.KeepAlive(input);
        GC.KeepAlive(recurrent);
        _bias = new AlignedArray(Padded(weights.Bias, 1, 1));
        _peepholes = weights.Peepholes is { } some ? new AlignedArray(Padded(some, 1, 1)) : null;
        _step = new DensePlan(new DenseShape(1, _turns, _padded, Turns: _turns), TCell.RecurrentSlots, null, _execution);
    }

    public override int OutputSize => _channels;

    public override long StepWork => ((long)TCell.InputSlots * _inputs * _channels) + ((long)_turns * TCell.RecurrentSlots * _channels * _channels);

    public override void Run(in RaggedRows rows, float* input, float* output, Scratch scratch)
    {
        using var mark = scratch.Begin();
        nint steps = rows.Steps;
        var turned = steps * _turns;
        var isDirect = _turns == 1 && _padded == _channels;
        var hidden = isDirect ? output : scratch.Take(turned * _padded);
        var initial = scratch.Take((nint)rows.Count * _padded);
        new Span<float>(initial, rows.Count * _padded).Clear();
        DenseData data = new()
        {
            Input = input,
            InputSize = _inputs,
            Bias = _bias.Start,
            Peepholes = _peepholes is null ? null : _peepholes.Start,
            InitialHidden = initial,
            InitialCell = initial,
            Starts = Starts(rows, scratch),
            Hidden = hidden,
        };
        FusedDenseScan<TCell>.Forward(
            scratch.Of<DensePlan>(), new DenseShape(rows.Count, 0, _padded, _reverse, Turns: _turns), data, _matrices, _execution);
        if (!isDirect)
        {
            // The state after a step's last turn.
            var turn = _reverse ? 0 : _turns - 1;
            for (nint step = 0; step < steps; step++)
            {
                new Span<float>(hidden + (((step * _turns) + turn) * _padded), _channels).CopyTo(new(output + (step * _channels), _channels));
            }
        }
        GC.KeepAlive(this);
    }

    public override void Advance(in RaggedRows rows, float* input, float* output, ManagedStreamState state, string name, Scratch scratch)
    {
        using var mark = scratch.Begin();
        nint turned = _turns * _padded, last = turned - _padded;
        var reached = state.At(name).Singles("reached", [TCell.HasCell ? 2 : 1, 1, _channels]).Change(out _);
        var initial = scratch.Take(2 * _padded);
        new Span<float>(initial, 2 * _padded).Clear();
        DenseData data = new()
        {
            Input = input,
            InputSize = _inputs,
            Bias = _bias.Start,
            Peepholes = _peepholes is null ? null : _peepholes.Start,
            InitialHidden = initial,
            InitialCell = initial + _padded,
            Hidden = scratch.Take(turned),
            Cell = TCell.HasCell ? scratch.Take(turned) : null,
        };
        for (nint step = 0; step < rows.Steps; step++, data.Input += _inputs)
        {
            Copy(reached, data.InitialHidden);
            if (TCell.HasCell)
            {
                Copy(reached + _channels, data.InitialCell);
            }
            FusedDenseScan<TCell>.Forward(_step, data, _matrices, _execution);
            Copy(data.Hidden + last, reached);
            Copy(data.Hidden + last, output + (step * _channels));
            if (TCell.HasCell)
            {
                Copy(data.Cell + last, reached + _channels);
            }
        }
        GC.KeepAlive(this);
    }

    private void Copy(float* source, float* target) => new Span<float>(source, _channels).CopyTo(new(target, _channels));

    private int* Starts(in RaggedRows rows, Scratch scratch)
    {
        if (_turns == 1)
        {
            return rows.Starts;
        }
        var starts = scratch.TakeIntegers(rows.Count + 1);
        for (var row = 0; row <= rows.Count; row++)
        {
            starts[row] = rows.Starts[row] * _turns;
        }
        return starts;
    }

    // [n * H, columns] with H, and where columns are H too those, filled up by zeros.
    private float[] Padded(float[] values, int columns, int paddedColumns)
    {
        var parts = values.Length / _channels / columns;
        var padded = new float[parts * _padded * paddedColumns];
        for (var row = 0; row < parts * _channels; row++)
        {
            var target = ((row / _channels * _padded) + (row % _channels)) * paddedColumns;
            values.AsSpan(row * columns, columns).CopyTo(padded.AsSpan(target));
        }
        return padded;
    }
}
