using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Managed;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><see cref="ScanBlock"/> as C# kernels.</summary>
internal sealed unsafe class ManagedScanBlock : ManagedBlock
{
    private readonly int _channels;
    private readonly ManagedConvolution? _convolution;
    private readonly ManagedScan _forwards;
    private readonly ManagedScan? _backwards;
    private readonly ManagedLinear? _exit;

    /// <param name="settings">The settings.</param>
    /// <param name="scan">Creates the scan; with true, the one from each row's last step to its first.</param>
    /// <param name="parts">The block's weights.</param>
    public ManagedScanBlock(ScanBlockSettings settings, Func<bool, ManagedParts, ManagedScan> scan, ManagedParts parts)
    {
        _channels = settings.Channels;
        _convolution = settings.ConvolutionWidth == 0 ? null : new ManagedConvolution(
            parts, "convolution", "norm", _channels, settings.ConvolutionWidth, causal: !settings.Bidirectional);
        _forwards = scan(false, parts.At("forwards"));
        _backwards = settings.Bidirectional ? scan(true, parts.At("backwards")) : null;
        var states = _forwards.OutputSize + (_backwards?.OutputSize ?? 0);
        _exit = _convolution is not null ? Normalized(parts, states)
            : states == _channels ? null : parts.Linear("exit", states, _channels);
    }

    public override long StepWork =>
        (_convolution?.StepWork ?? 0) + _forwards.StepWork + (_backwards?.StepWork ?? 0) + (_exit?.Work ?? 0);

    public override void Run(in RaggedRows rows, float* input, float* output, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var local = input;
        if (_convolution is not null)
        {
            local = scratch.Take((nint)rows.Steps * _channels);
            _convolution.Run(rows, input, local, scratch);
        }
        if (_exit is null)
        {
            _forwards.Run(rows, local, output, scratch);
            return;
        }
        var states = States(rows, local, scratch);
        _exit.Run(rows.Steps, states, output, scratch, residual: _convolution is null ? null : local);
    }

    public override bool Streams => _backwards is null;

    public override void Advance(in RaggedRows rows, float* input, float* output, ManagedStreamState state, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var local = input;
        if (_convolution is not null)
        {
            local = scratch.Take((nint)rows.Steps * _channels);
            _convolution.Advance(rows, input, local, state.At("convolution"), scratch);
        }
        var states = _exit is null ? output : scratch.Take((nint)rows.Steps * _exit.Inputs);
        _forwards.Advance(rows, local, states, state, "forwards", scratch);
        _exit?.Run(rows.Steps, states, output, scratch, residual: _convolution is null ? null : local);
    }

    private float* States(in RaggedRows rows, float* local, Scratch scratch)
    {
        var (count, first) = (rows.Steps, _forwards.OutputSize);
        var states = scratch.Take((nint)count * _exit!.Inputs);
        if (_backwards is null)
        {
            _forwards.Run(rows, local, states, scratch);
            return states;
        }
        using var mark = scratch.Begin();
        var second = _backwards.OutputSize;
        var one = scratch.Take((nint)count * first);
        var other = scratch.Take((nint)count * second);
        _forwards.Run(rows, local, one, scratch);
        _backwards.Run(rows, local, other, scratch);
        Join(count, one, first, other, second, states);
        return states;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Join(int count, float* one, int first, float* other, int second, float* states)
    {
        for (nint step = 0; step < count; step++)
        {
            var target = states + (step * (first + second));
            new Span<float>(one + (step * first), first).CopyTo(new Span<float>(target, first));
            new Span<float>(other + (step * second), second).CopyTo(new Span<float>(target + first, second));
        }
    }

    // The norm after the linear layer is a part of it.
    private ManagedLinear Normalized(ManagedParts parts, int states)
    {
        var own = parts.Weights.At("exit");
        var (weight, bias) = (own.Singles("weight", _channels, states), own.Singles("bias", _channels));
        var factors = ManagedBatchNorm.Fold(parts.Weights.At("exitNorm"), _channels, bias);
        for (var i = 0; i < weight.Length; i++)
        {
            weight[i] = (float)(weight[i] * factors[i / states]);
        }
        return new ManagedLinear(parts.Kernels, weight, bias, states, _channels);
    }
}
