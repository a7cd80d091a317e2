using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><see cref="ResidualBlock"/> as C# kernels.</summary>
internal sealed unsafe class ManagedResidualBlock
{
    private readonly LaneKernels _kernels;
    private readonly ManagedImageConvolution _first;
    private readonly ManagedImageConvolution _second;
    private readonly ManagedImageConvolution? _kept;

    /// <param name="image">The shape of what it reads.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="stride">Of the first convolution.</param>
    /// <param name="parts">The weights.</param>
    public ManagedResidualBlock(FrameShape image, int outputs, int stride, ManagedParts parts)
    {
        _kernels = parts.Kernels;
        _first = ManagedFrameConvolution.Create(parts.At("conv1"), parts.At("bn1"), image, outputs, 3, 3, stride, LaneActivation.Relu);
        _second = ManagedFrameConvolution.Create(parts.At("conv2"), parts.At("bn2"), _first.Output, outputs, 3, 3, 1, LaneActivation.None);
        _kept = stride == 1 && image.Channels == outputs ? null : ManagedFrameConvolution.Create(
            parts.At("downsample.0"), parts.At("downsample.1"), image, outputs, 1, 1, stride, LaneActivation.None);
    }

    /// <summary>The shape of an output.</summary>
    public FrameShape Output => _second.Output;

    /// <summary>Its convolutions.</summary>
    public IEnumerable<ManagedImageConvolution> Convolutions => _kept is null ? [_first, _second] : [_first, _second, _kept];

    /// <summary>Computes images.</summary>
    /// <param name="count">N.</param>
    /// <param name="images"><c>[N, H, W, C]</c>.</param>
    /// <param name="output">Receives the outputs; not the images.</param>
    /// <param name="scratch">The thread's memory.</param>
    public void Run(int count, float* images, float* output, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var size = checked(count * Output.Values);
        var kept = images;
        if (_kept is not null)
        {
            kept = scratch.Take(size);
            _kept.Run(count, images, kept, scratch);
        }
        var between = scratch.Take(size);
        _first.Run(count, images, between, scratch);
        _second.Run(count, between, output, scratch, residual: kept);
        _kernels.Finish(1, size, output, 0, null, LaneActivation.Relu, 0, null, 0, output, 0);
    }
}
