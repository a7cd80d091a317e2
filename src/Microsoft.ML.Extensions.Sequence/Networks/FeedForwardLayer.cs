using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The position-wise layer of a Transformer (Vaswani et al. 2017, arXiv 1706.03762, section 3.3): linear, activation, linear, the same at
/// every step. <c>[..., D]</c> to the same shape.
/// </summary>
internal sealed class FeedForwardLayer : nn.Module<Tensor, Tensor>, IOnnxForm
{
    private readonly LinearLayer widen;
    private readonly LinearLayer narrow;
    private readonly bool _isGelu;

    /// <param name="channels">D.</param>
    /// <param name="width">The inner width.</param>
    /// <param name="isGelu">Whether GELU, and not ReLU, stands between the linear layers.</param>
    /// <param name="generator">The source of the first weights.</param>
    public FeedForwardLayer(long channels, long width, bool isGelu, Generator generator)
        : base(nameof(FeedForwardLayer))
    {
        _isGelu = isGelu;
        widen = new LinearLayer(channels, width, generator);
        narrow = new LinearLayer(width, channels, generator);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var wide = widen.call(input);
        return narrow.call(_isGelu ? nn.functional.gelu(wide) : nn.functional.relu(wide));
    }

    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input)
    {
        var wide = widen.ToOnnx(graph, input);
        return narrow.ToOnnx(graph, _isGelu ? graph.Gelu(wide) : graph.Relu(wide));
    }
}
