using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A <see cref="Backbone"/> as C# kernels: frames with their channels last, <c>[N, H, W, C]</c>, to maps <c>[N, h, w, Channels]</c>.</summary>
internal abstract unsafe class ManagedBackbone
{
    /// <summary>The shape of the maps of a frame.</summary>
    public abstract FrameShape Maps { get; }

    /// <summary>Its convolutions.</summary>
    public abstract IReadOnlyList<ManagedImageConvolution> Convolutions { get; }

    /// <summary>Computes the maps of frames.</summary>
    /// <param name="count">N.</param>
    /// <param name="frames">The frames.</param>
    /// <param name="maps">Receives the maps; not the frames.</param>
    /// <param name="scratch">The thread's memory.</param>
    public abstract void Run(int count, float* frames, float* maps, Scratch scratch);

    /// <summary>The backbone of settings.</summary>
    public static ManagedBackbone Create(FrameEncoderSettings settings, FrameShape frame, ManagedParts parts) => settings.Backbone switch
    {
        FrameBackbone.ResNet18 or FrameBackbone.ResNet34 => new ManagedResidualBackbone(
            frame, settings.Channels, ResidualBackbone.Blocks(settings.Backbone), parts),
        _ => new ManagedSmallBackbone(frame, settings.Channels, parts),
    };
}
