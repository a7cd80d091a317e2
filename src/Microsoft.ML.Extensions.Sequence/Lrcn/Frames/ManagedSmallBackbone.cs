using System.Globalization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><see cref="SmallBackbone"/> as C# kernels.</summary>
internal sealed unsafe class ManagedSmallBackbone : ManagedBackbone
{
    private readonly ManagedImageConvolution[] _convolutions = new ManagedImageConvolution[SmallBackbone.Stages];
    private readonly ManagedImagePool[] _pools = new ManagedImagePool[SmallBackbone.Stages - 1];

    /// <param name="frame">The shape of a frame.</param>
    /// <param name="channels">Channels of the first stage.</param>
    /// <param name="parts">The weights.</param>
    public ManagedSmallBackbone(FrameShape frame, int channels, ManagedParts parts)
    {
        var image = frame;
        for (var stage = 0; stage < _convolutions.Length; stage++)
        {
            if (stage > 0)
            {
                _pools[stage - 1] = new ManagedImagePool(parts.Kernels, image, 2, 2);
                image = _pools[stage - 1].Output;
            }
            ManagedParts Part(string name) => parts.At(string.Create(CultureInfo.InvariantCulture, $"{name}.{stage}"));
            _convolutions[stage] = ManagedFrameConvolution.Create(
                Part("convolutions"), Part("norms"), image, channels << stage, SmallBackbone.Kernel(frame.Height), SmallBackbone.Kernel(frame.Width), 1,
                LaneActivation.Relu);
            image = _convolutions[stage].Output;
        }
        Maps = image;
    }

    public override FrameShape Maps { get; }

    public override IReadOnlyList<ManagedImageConvolution> Convolutions => _convolutions;

    public override void Run(int count, float* frames, float* maps, Scratch scratch)
    {
        using var mark = scratch.Begin();
        for (var stage = 0; stage < _pools.Length; stage++)
        {
            var before = scratch.Take((nint)count * _convolutions[stage].Output.Values);
            _convolutions[stage].Run(count, frames, before, scratch);
            frames = scratch.Take((nint)count * _pools[stage].Output.Values);
            _pools[stage].Run(count, before, frames, scratch);
        }
        _convolutions[^1].Run(count, frames, maps, scratch);
    }
}
