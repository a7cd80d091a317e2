using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// <see cref="Microsoft.ML.Extensions.Networks.StepConvolution"/>, the normalisation after it, and ReLU as C# kernels: the norm is a factor and a summand of each channel, and so part of
/// the convolution. <c>[S, D]</c> to the same shape.
/// </summary>
internal sealed unsafe class ManagedConvolution
{
    private readonly ManagedLinear _linear;
    private readonly int _channels;
    private readonly int _width;
    private readonly int _before;

    /// <param name="parts">The parts of the block.</param>
    /// <param name="convolution">The name of the convolution.</param>
    /// <param name="norm">The name of the norm.</param>
    /// <param name="channels">D.</param>
    /// <param name="width">The steps of a window.</param>
    /// <param name="causal">Whether the window ends at its step.</param>
    public ManagedConvolution(ManagedParts parts, string convolution, string norm, int channels, int width, bool causal)
    {
        (_channels, _width, _before) = (channels, width, causal ? width - 1 : width / 2);
        var own = parts.Weights.At(convolution);
        var (weight, bias) = (own.Singles("weight", channels, channels, width), own.Singles("bias", channels));
        var factors = ManagedBatchNorm.Fold(parts.Weights.At(norm), channels, bias);
        // A window of steps that follow each other in memory is one row of width * D numbers.
        var windows = new float[weight.Length];
        for (var k = 0; k < channels; k++)
        {
            for (var c = 0; c < channels; c++)
            {
                for (var step = 0; step < width; step++)
                {
                    windows[(((k * width) + step) * channels) + c] = (float)(weight[(((k * channels) + c) * width) + step] * factors[k]);
                }
            }
        }
        _linear = new ManagedLinear(parts.Kernels, windows, bias, width * channels, channels, LaneActivation.Relu);
    }

    /// <summary>The multiplications of a step.</summary>
    public long StepWork => _linear.Work;

    /// <summary>As a causal <see cref="Run"/>, for further steps of one row; the state holds the last <c>width - 1</c> steps.</summary>
    public void Advance(in RaggedRows rows, float* input, float* output, ManagedStreamState state, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var (kept, size) = ((_width - 1) * _channels, rows.Steps * _channels);
        var earlier = new Span<float>(state.Singles("before", [1, _channels, _width - 1], rows: _width - 1).Change(out _), kept);
        var padded = scratch.Take((nint)kept + size);
        earlier.CopyTo(new Span<float>(padded, kept));
        new Span<float>(input, size).CopyTo(new Span<float>(padded + kept, size));
        _linear.Run(rows.Steps, padded, _channels, output, _channels, scratch);
        new Span<float>(padded + size, kept).CopyTo(earlier);
    }

    /// <summary>Computes rows; the output is not the input.</summary>
    public void Run(in RaggedRows rows, float* input, float* output, Scratch scratch)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            using var mark = scratch.Begin();
            var (steps, first) = (rows.Length(row), (nint)rows.Starts[row] * _channels);
            var padded = scratch.Take((nint)(steps + _width - 1) * _channels);
            var (before, after) = (_before * _channels, (_width - 1 - _before) * _channels);
            new Span<float>(padded, before).Clear();
            new Span<float>(input + first, steps * _channels).CopyTo(new Span<float>(padded + before, steps * _channels));
            new Span<float>(padded + before + ((nint)steps * _channels), after).Clear();
            _linear.Run(steps, padded, _channels, output + first, _channels, scratch);
        }
    }
}
