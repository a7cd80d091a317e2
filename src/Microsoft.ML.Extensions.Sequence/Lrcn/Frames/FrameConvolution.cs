using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A convolution of frames without bias, <c>[N, in, H, W]</c> to <c>[N, out, H / stride, W / stride]</c>, rounded up.</summary>
internal sealed class FrameConvolution : nn.Module<Tensor, Tensor>, IOnnxForm, IWeightMatrices
{
    private readonly Parameter weight;
    private readonly long[] _strides;
    private readonly long[] _padding;

    /// <param name="inputs">Channels in.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="height">Rows of the kernel, odd.</param>
    /// <param name="width">Columns of the kernel, odd.</param>
    /// <param name="stride">The step.</param>
    /// <param name="generator">The source of the first weights.</param>
    public FrameConvolution(long inputs, long outputs, long height, long width, long stride, Generator generator)
        : base(nameof(FrameConvolution))
    {
        weight = Initial.Uniform(inputs * height * width, generator, outputs, inputs, height, width);
        (_strides, _padding) = ([stride, stride], [height / 2, width / 2]);
        RegisterComponents();
    }

    public IEnumerable<WeightMatrix> WeightMatrices => [WeightMatrix.Of(nameof(weight), weight)];

    public override Tensor forward(Tensor frames) => Convolutions.OverImages(frames, weight, null, _strides, _padding);

    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input) => graph.Op(
        "Conv", [input, graph.Constant(weight)], ("strides", _strides), ("pads", (long[])[.. _padding, .. _padding]));
}
