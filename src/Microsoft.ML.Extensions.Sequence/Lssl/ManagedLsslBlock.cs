using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Numerics.StateSpace;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><see cref="LsslBlock"/> as C# kernels.</summary>
internal sealed unsafe class ManagedLsslBlock : ManagedBlock
{
    // About how many multiplications a convolution takes for a step of a channel.
    private const int WorkOfKernel = 64;

    private readonly LsslOptions _options;
    private readonly LaneKernels _kernels;
    private readonly ManagedConvolution? _convolution;
    private readonly KernelConvolution _lssl;
    private readonly Lazy<SteppedSystem> _stepped;
    private readonly ManagedLinear _mixing;
    private readonly ManagedLayerNorm _norm;

    /// <param name="options">The options.</param>
    /// <param name="parts">The block's weights.</param>
    public ManagedLsslBlock(LsslOptions options, ManagedParts parts)
    {
        (_options, _kernels) = (options, parts.Kernels);
        _convolution = options.ConvolutionWidth == 0 ? null : new ManagedConvolution(
            parts, "convolution", "convolutionNorm", Width, options.ConvolutionWidth, causal: !options.Bidirectional);
        _lssl = StoredStateSpace.Layer(options, parts.Weights.At("lssl"), (LaneWidth)parts.Kernels.Width);
        _stepped = new Lazy<SteppedSystem>(_lssl.Stepped);
        _mixing = parts.Linear("mixing", States, options.GatedMixing ? 2 * Width : Width);
        _norm = parts.LayerNorm("norm", Width);
    }

    public override long StepWork => (_convolution?.StepWork ?? 0) + _mixing.Work + ((long)States * WorkOfKernel);

    private int Width => _options.HiddenSize;

    private int States => Width * _options.Channels;

    public override void Run(in RaggedRows rows, float* input, float* output, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var size = (nint)rows.Steps * Width;
        var local = input;
        if (_convolution is not null)
        {
            local = scratch.Take(size);
            _convolution.Run(rows, input, local, scratch);
        }
        var read = local;
        if (_options.NormBefore)
        {
            read = scratch.Take(size);
            _norm.Run(rows.Steps, local, read);
        }
        Finish(rows.Steps, Convolved(rows, read, scratch), local, output, scratch);
    }

    public override bool Streams => !_options.Bidirectional;

    public override void Advance(in RaggedRows rows, float* input, float* output, ManagedStreamState state, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var size = (nint)rows.Steps * Width;
        var local = input;
        if (_convolution is not null)
        {
            local = scratch.Take(size);
            _convolution.Advance(rows, input, local, state.At("convolution"), scratch);
        }
        var read = local;
        if (_options.NormBefore)
        {
            read = scratch.Take(size);
            _norm.Run(rows.Steps, local, read);
        }
        var states = scratch.Take((nint)rows.Steps * States);
        Step(rows.Steps, read, states, state.At("lssl"));
        Finish(rows.Steps, states, local, output, scratch);
    }

    private void Step(int steps, float* input, float* output, ManagedStreamState state)
    {
        var system = _stepped.Value;
        var x = state.Singles("state", system.StoredShape, rows: system.StateSize / Width).Change(out _);
        for (nint step = 0; step < steps; step++)
        {
            system.Next(x, input + (step * Width), output + (step * States), (LaneWidth)_kernels.Width);
            _lssl.AddFeedthrough(input + (step * Width), output + (step * States));
        }
    }

    // The layer's outputs, [S, H * M].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float* Convolved(in RaggedRows rows, float* input, Scratch scratch)
    {
        var states = scratch.Take((nint)rows.Steps * States);
        for (var row = 0; row < rows.Count; row++)
        {
            using var mark = scratch.Begin();
            nint first = rows.Starts[row];
            _lssl.Run(
                rows.Length(row), input + (first * Width), states + (first * States), scratch.Take(_lssl.ScratchSize(rows.Length(row))));
        }
        return states;
    }

    // What follows the layer, whose outputs are overwritten.
    private void Finish(int steps, float* states, float* local, float* output, Scratch scratch)
    {
        _kernels.Finish(1, checked(steps * States), states, 0, null, LaneActivation.Gelu, 0, null, 0, states, 0);
        Mix(steps, states, local, output, scratch);
        if (!_options.NormBefore)
        {
            _norm.Run(steps, output, output);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Mix(int steps, float* states, float* local, float* output, Scratch scratch)
    {
        if (!_options.GatedMixing)
        {
            _mixing.Run(steps, states, output, scratch, local);
            return;
        }
        using var mark = scratch.Begin();
        var mixed = scratch.Take((nint)steps * 2 * Width);
        _mixing.Run(steps, states, mixed, scratch);
        for (nint step = 0; step < steps; step++)
        {
            var gated = mixed + (step * 2 * Width);
            _kernels.Finish(1, Width, gated + Width, 0, null, LaneActivation.Sigmoid, 0, null, 0, gated + Width, 0);
            _kernels.Multiply(Width, gated, gated + Width);
            _kernels.Finish(1, Width, gated, 0, null, LaneActivation.None, 0, local + (step * Width), 0, output + (step * Width), 0);
        }
    }
}
