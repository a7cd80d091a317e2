using System.Collections.Concurrent;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Numerics.StateSpace;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><see cref="RecurrentCellLayer{TCell}"/> as C# kernels: one product for the inputs of all steps, then the fused scan.</summary>
internal sealed unsafe class ManagedCellLayer<TCell> : ManagedScan
    where TCell : struct, IRecurrentCell<TCell>
{
    // Blocks of many heads would be mostly zeros as one matrix.
    private const long MostNumbers = 1 << 26;

    // A plan for each number of rows.
    private readonly ConcurrentDictionary<int, ScanPlan> _plans = [];
    private readonly RecurrentCellLayerOptions _options;
    private readonly ManagedLinear _input;
    private readonly AlignedArray _parameters;
    private readonly LaneWidth _width;

    public ManagedCellLayer(RecurrentCellLayerOptions options, ManagedParts parts)
    {
        options.Validate();
        (_options, _width) = (options, (LaneWidth)parts.Kernels.Width);
        var channels = options.HiddenSize;
        var input = parts.Weights.Singles("input", options.Heads, options.HeadInputs, TCell.Gates, options.HeadChannels);
        var recurrent = parts.Weights.Singles("recurrent", TCell.Parameters, channels);
        var bias = parts.Weights.Singles("bias", TCell.Gates, channels);
        if (options.Heads > 1 && (long)TCell.Gates * channels * options.InputSize > MostNumbers)
        {
            throw new NotSupportedException($"{options.Heads} heads of {channels} channels are a matrix of too many zeros.");
        }
        _input = new ManagedLinear(parts.Kernels, Dense(input), null, options.InputSize, TCell.Gates * channels);
        _parameters = new AlignedArray([.. recurrent, .. bias]);
    }

    public override int OutputSize => _options.HiddenSize;

    public override long StepWork => _input.Work / _options.Heads;

    public override void Run(in RaggedRows rows, float* input, float* output, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var size = TCell.States * rows.Count * _options.HiddenSize;
        var initial = scratch.Take(size);
        new Span<float>(initial, size).Clear();
        Scan(rows, input, output, initial, isStream: false, scratch);
    }

    public override void Advance(in RaggedRows rows, float* input, float* output, ManagedStreamState state, string name, Scratch scratch) =>
        Scan(rows, input, output, state.Singles(name, [TCell.States, 1, _options.HiddenSize]).Change(out _), isStream: true, scratch);

    // From first states [S, B, H], which a stream replaces by the last ones.
    private void Scan(in RaggedRows rows, float* input, float* output, float* initial, bool isStream, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var (steps, channels) = (rows.Steps, _options.HiddenSize);
        var size = (nint)steps * channels;
        var products = scratch.Take(TCell.Gates * size);
        _input.Run(steps, input, products, scratch);
        var states = TCell.States == 1 ? output : scratch.Take(TCell.States * size);
        ScanData data = new()
        {
            Inputs = products,
            Parameters = _parameters.Start,
            Initial = initial,
            Starts = rows.Starts,
            States = states,
        };
        FusedScan<TCell>.Forward(Plan(rows.Count), new ScanShape(rows.Count, 0, channels, 1, _options.Reverse), data);
        if (states != output)
        {
            new Span<float>(states + ((TCell.States - 1) * size), (int)size).CopyTo(new Span<float>(output, (int)size));
        }
        for (var s = 0; isStream && s < TCell.States; s++)
        {
            var last = states + ((s + 1) * size) - channels;
            new Span<float>(last, channels).CopyTo(new Span<float>(initial + ((nint)s * channels), channels));
        }
        GC.KeepAlive(this);
    }

    private ScanPlan Plan(int rows) => _plans.TryGetValue(rows, out var plan) ? plan : _plans.GetOrAdd(rows, new ScanPlan(
        new ScanShape(rows, 0, _options.HiddenSize, 1, _options.Reverse), TCell.Gates, new ScanExecution(_width, 1)));

    // [G * H, D] of the block-diagonal [Heads, D / Heads, G, H / Heads]; the zeros between the blocks are skipped by the product.
    private float[] Dense(float[] input)
    {
        var (heads, inputs, own, channels) = (_options.Heads, _options.HeadInputs, _options.HeadChannels, _options.HiddenSize);
        var dense = new float[TCell.Gates * channels * _options.InputSize];
        for (var head = 0; head < heads; head++)
        {
            for (var d = 0; d < inputs; d++)
            {
                for (var gate = 0; gate < TCell.Gates; gate++)
                {
                    for (var c = 0; c < own; c++)
                    {
                        var row = (gate * channels) + (head * own) + c;
                        dense[(row * _options.InputSize) + (head * inputs) + d] = input[(((((head * inputs) + d) * TCell.Gates) + gate) * own) + c];
                    }
                }
            }
        }
        return dense;
    }
}
