using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Three stages of a 3 x 3 convolution, batch norm and ReLU, with max pooling of 2 x 2 between them.</summary>
/// <remarks>
/// A side of one pixel has a kernel of one, so frames of one pixel, which are vectors of features, pass through position-wise layers.
/// </remarks>
internal sealed class SmallBackbone : Backbone
{
    public const int Stages = 3;

    private readonly ModuleList<FrameConvolution> convolutions;
    private readonly ModuleList<ChannelBatchNorm> norms;
    private readonly FrameShape _frame;

    public SmallBackbone(FrameShape frame, long channels, bool learns, Generator generator)
        : base(nameof(SmallBackbone))
    {
        _frame = frame;
        var stages = Enumerable.Range(0, Stages).ToArray();
        long Outputs(int stage) => channels << stage;
        convolutions = new ModuleList<FrameConvolution>(Array.ConvertAll(stages, stage => new FrameConvolution(
            stage == 0 ? frame.Channels : Outputs(stage - 1), Outputs(stage), Kernel(frame.Height), Kernel(frame.Width), 1, generator)));
        norms = new ModuleList<ChannelBatchNorm>(Array.ConvertAll(stages, stage => new ChannelBatchNorm(Outputs(stage), learns)));
        Channels = Outputs(Stages - 1);
        RegisterComponents();
    }

    public override long Channels { get; }

    public override int Halvings => Stages - 1;

    /// <summary>The side of a kernel along a side of a frame.</summary>
    public static int Kernel(int side) => side == 1 ? 1 : 3;

    public override Tensor forward(Tensor frames)
    {
        for (var stage = 0; stage < Stages; stage++)
        {
            frames = nn.functional.relu(norms[stage].call(convolutions[stage].call(stage == 0 ? frames : Halve(frames))));
        }
        return frames;
    }

    public override OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input)
    {
        var (maps, height, width) = (input, _frame.Height, _frame.Width);
        for (var stage = 0; stage < Stages; stage++)
        {
            if (stage > 0)
            {
                long[] window = [Math.Min(2, height), Math.Min(2, width)];
                maps = graph.Op("MaxPool", [maps], ("kernel_shape", window), ("strides", window), ("ceil_mode", 1L));
                (height, width) = ((height + 1) / 2, (width + 1) / 2);
            }
            maps = graph.Relu(norms[stage].ToOnnx(graph, convolutions[stage].ToOnnx(graph, maps), 2));
        }
        return maps;
    }

    private static Tensor Halve(Tensor maps)
    {
        long[] window = [Math.Min(2, maps.shape[2]), Math.Min(2, maps.shape[3])];
        return nn.functional.max_pool2d(maps, window, window, ceil_mode: true);
    }
}
