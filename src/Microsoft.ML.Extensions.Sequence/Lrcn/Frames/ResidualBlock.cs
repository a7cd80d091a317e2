using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Two 3 x 3 convolutions with batch norm, and a residual connection, with a 1 x 1 convolution where the shape changes.</summary>
internal sealed class ResidualBlock : nn.Module<Tensor, Tensor>, IOnnxForm
{
    private readonly FrameConvolution conv1;
    private readonly ChannelBatchNorm bn1;
    private readonly FrameConvolution conv2;
    private readonly ChannelBatchNorm bn2;
    private readonly ModuleList<nn.Module<Tensor, Tensor>>? downsample;

    public ResidualBlock(long inputs, long outputs, long stride, bool learns, Generator generator)
        : base(nameof(ResidualBlock))
    {
        conv1 = new FrameConvolution(inputs, outputs, 3, 3, stride, generator);
        bn1 = new ChannelBatchNorm(outputs, learns);
        conv2 = new FrameConvolution(outputs, outputs, 3, 3, 1, generator);
        bn2 = new ChannelBatchNorm(outputs, learns);
        downsample = stride == 1 && inputs == outputs ? null
            : new ModuleList<nn.Module<Tensor, Tensor>>(
                new FrameConvolution(inputs, outputs, 1, 1, stride, generator), new ChannelBatchNorm(outputs, learns));
        RegisterComponents();
    }

    public override Tensor forward(Tensor maps)
    {
        var change = bn2.call(conv2.call(nn.functional.relu(bn1.call(conv1.call(maps)))));
        var kept = downsample is null ? maps : downsample[1].call(downsample[0].call(maps));
        return nn.functional.relu(kept.Plus(change));
    }

    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input)
    {
        var first = graph.Relu(bn1.ToOnnx(graph, conv1.ToOnnx(graph, input), 2));
        var change = bn2.ToOnnx(graph, conv2.ToOnnx(graph, first), 2);
        var kept = downsample is null ? input
            : ((ChannelBatchNorm)downsample[1]).ToOnnx(graph, ((FrameConvolution)downsample[0]).ToOnnx(graph, input), 2);
        return graph.Relu(graph.Plus(kept, change));
    }
}
