using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><see cref="TransformerBlock"/> as C# kernels.</summary>
internal sealed unsafe class ManagedTransformerBlock : ManagedBlock
{
    private readonly int _channels;
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
        (_channels, _kernels) = (settings.Channels, parts.Kernels);
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
        var wide = scratch.Take((nint)rows.Steps * _widen.Outputs);
        _widen.Run(rows.Steps, Normal(rows.Steps, _feedForwardNorm, attended, scratch), wide, scratch);
        _narrow.Run(rows.Steps, wide, output, scratch, attended);
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
