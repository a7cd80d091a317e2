using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><see cref="TransformerBlock"/> as C# kernels.</summary>
internal sealed unsafe class ManagedTransformerBlock : ManagedBlock
{
    private readonly int _channels;
    private readonly bool _causal;
    private readonly LaneKernels _kernels;
    private readonly ManagedConvolution? _convolution;
    private readonly ManagedPositions? _positions;
    private readonly ManagedLayerNorm? _attentionNorm;
    private readonly ManagedAttention _attention;
    private readonly ManagedLayerNorm? _feedForwardNorm;
    private readonly ManagedLinear _widen;
    private readonly ManagedLinear _narrow;

    /// <param name="settings">The settings.</param>
    /// <param name="attention">Creates the attention from its weights.</param>
    /// <param name="feedForwardWidth">The inner width of the position-wise layer.</param>
    /// <param name="isGelu">Whether GELU, and not ReLU, stands between its linear layers.</param>
    /// <param name="parts">The block's weights.</param>
    public ManagedTransformerBlock(
        TransformerBlockSettings settings, Func<ManagedParts, ManagedAttention> attention, int feedForwardWidth, bool isGelu, ManagedParts parts)
    {
        (_channels, _causal, _kernels) = (settings.Channels, settings.Causal, parts.Kernels);
        _convolution = settings.ConvolutionWidth == 0 ? null : new ManagedConvolution(
            parts, "convolution", "convolutionNorm", _channels, settings.ConvolutionWidth, settings.Causal);
        _positions = settings.AddsPositions ? new ManagedPositions(_channels) : null;
        _attentionNorm = settings.Normalizes ? parts.LayerNorm("attentionNorm", _channels) : null;
        _attention = attention(parts.At("attention"));
        _feedForwardNorm = settings.Normalizes ? parts.LayerNorm("feedForwardNorm", _channels) : null;
        var feedForward = parts.At("feedForward");
        _widen = feedForward.Linear("widen", _channels, feedForwardWidth, isGelu ? LaneActivation.Gelu : LaneActivation.Relu);
        _narrow = feedForward.Linear("narrow", feedForwardWidth, _channels);
    }

    public override long StepWork => (_convolution?.StepWork ?? 0) + _attention.StepWork + _widen.Work + _narrow.Work;

    public override void Run(in RaggedRows rows, float* input, float* output, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var size = (nint)rows.Steps * _channels;
        var steps = Placed(rows, Local(rows, input, scratch), scratch);
        var attended = scratch.Take(size);
        _attention.Run(rows, Normal(rows.Steps, _attentionNorm, steps, scratch), steps, attended, scratch);
        Widen(rows.Steps, attended, output, scratch);
    }

    public override bool Streams => _causal;

    public override void Advance(in RaggedRows rows, float* input, float* output, ManagedStreamState state, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var size = (nint)rows.Steps * _channels;
        var steps = input;
        if (_convolution is not null)
        {
            steps = scratch.Take(size);
            _convolution.Advance(rows, input, steps, state.At("convolution"), scratch);
        }
        steps = Placed(rows.Steps, steps, state.Position, scratch);
        var attended = scratch.Take(size);
        _attention.Advance(
            rows, Normal(rows.Steps, _attentionNorm, steps, scratch), steps, attended, state.At("attention"), scratch);
        Widen(rows.Steps, attended, output, scratch);
    }

    private void Widen(int count, float* attended, float* output, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var wide = scratch.Take((nint)count * _widen.Outputs);
        _widen.Run(count, Normal(count, _feedForwardNorm, attended, scratch), wide, scratch);
        _narrow.Run(count, wide, output, scratch, attended);
    }

    private float* Local(in RaggedRows rows, float* input, Scratch scratch)
    {
        if (_convolution is null)
        {
            return input;
        }
        var local = scratch.Take((nint)rows.Steps * _channels);
        _convolution.Run(rows, input, local, scratch);
        return local;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float* Placed(in RaggedRows rows, float* steps, Scratch scratch)
    {
        if (_positions is null)
        {
            return steps;
        }
        var placed = scratch.Take((nint)rows.Steps * _channels);
        for (var row = 0; row < rows.Count; row++)
        {
            var (first, count) = ((nint)rows.Starts[row] * _channels, rows.Length(row) * _channels);
            fixed (float* features = _positions.First(rows.Length(row)))
            {
                _kernels.Finish(1, count, steps + first, 0, null, LaneActivation.None, 0, features, 0, placed + first, 0);
            }
        }
        return placed;
    }

    // Steps of a stream, from a position on.
    private float* Placed(int count, float* steps, long first, Scratch scratch)
    {
        if (_positions is null)
        {
            return steps;
        }
        var size = count * _channels;
        var placed = scratch.Take(size);
        for (var step = 0; step < count; step++)
        {
            _positions.Write(first + step, new Span<float>(placed + ((nint)step * _channels), _channels));
        }
        _kernels.AddScaled(size, 1, steps, placed);
        return placed;
    }

    private float* Normal(int count, ManagedLayerNorm? norm, float* steps, Scratch scratch)
    {
        if (norm is null)
        {
            return steps;
        }
        var normal = scratch.Take((nint)count * _channels);
        norm.Run(count, steps, normal);
        return normal;
    }
}
