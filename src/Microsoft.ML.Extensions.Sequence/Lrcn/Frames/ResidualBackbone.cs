using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// A ResNet of basic blocks without its classifier (He et al. 2015, arXiv 1512.03385); its weights have the names of torchvision's.
/// </summary>
internal sealed class ResidualBackbone : Backbone
{
    private readonly FrameConvolution conv1;
    private readonly ChannelBatchNorm bn1;
    private readonly ModuleList<ResidualBlock> layer1;
    private readonly ModuleList<ResidualBlock> layer2;
    private readonly ModuleList<ResidualBlock> layer3;
    private readonly ModuleList<ResidualBlock> layer4;

    /// <param name="frame">The shape of a frame.</param>
    /// <param name="channels">Channels of the first stage; 64 as published.</param>
    /// <param name="blocks">Blocks of the four stages: 2, 2, 2, 2 for ResNet-18.</param>
    /// <param name="learns">False to keep the statistics of norms fixed.</param>
    /// <param name="generator">The source of the first weights.</param>
    public ResidualBackbone(FrameShape frame, long channels, int[] blocks, bool learns, Generator generator)
        : base(nameof(ResidualBackbone))
    {
        conv1 = new FrameConvolution(frame.Channels, channels, 7, 7, 2, generator);
        bn1 = new ChannelBatchNorm(channels, learns);
        layer1 = Stage(channels, channels, blocks[0], 1, learns, generator);
        layer2 = Stage(channels, 2 * channels, blocks[1], 2, learns, generator);
        layer3 = Stage(2 * channels, 4 * channels, blocks[2], 2, learns, generator);
        layer4 = Stage(4 * channels, 8 * channels, blocks[3], 2, learns, generator);
        Channels = 8 * channels;
        RegisterComponents();
    }

    public override long Channels { get; }

    public override int Halvings => 5;

    public override Tensor forward(Tensor frames)
    {
        var maps = nn.functional.max_pool2d(nn.functional.relu(bn1.call(conv1.call(frames))), [3, 3], [2, 2], [1, 1]);
        foreach (var block in layer1.Concat(layer2).Concat(layer3).Concat(layer4))
        {
            maps = block.call(maps);
        }
        return maps;
    }

    public override OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input)
    {
        var first = graph.Relu(bn1.ToOnnx(graph, conv1.ToOnnx(graph, input), 2));
        var maps = graph.Op("MaxPool", [first], ("kernel_shape", new long[] { 3, 3 }), ("strides", new long[] { 2, 2 }), ("pads", new long[] { 1, 1, 1, 1 }));
        return layer1.Concat(layer2).Concat(layer3).Concat(layer4).Aggregate(maps, (before, block) => block.ToOnnx(graph, before));
    }

    /// <summary>The blocks of the four stages of a ResNet.</summary>
    public static int[] Blocks(FrameBackbone backbone) => backbone == FrameBackbone.ResNet34 ? [3, 4, 6, 3] : [2, 2, 2, 2];

    private static ModuleList<ResidualBlock> Stage(long inputs, long outputs, int blocks, long stride, bool learns, Generator generator) =>
        new(Enumerable.Range(0, blocks)
            .Select(index => new ResidualBlock(index == 0 ? inputs : outputs, outputs, index == 0 ? stride : 1, learns, generator))
                .ToArray());
}
