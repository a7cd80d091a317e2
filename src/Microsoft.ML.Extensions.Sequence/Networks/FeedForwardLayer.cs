using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The position-wise layer of a Transformer (Vaswani et al. 2017, arXiv 1706.03762, section 3.3): linear, activation, linear, the same at
/// every step. <c>[..., D]</c> to the same shape.
/// </summary>
internal sealed class FeedForwardLayer : nn.Module<Tensor, Tensor>
{
    private readonly LinearLayer widen;
    private readonly LinearLayer narrow;
    private readonly Func<Tensor, Tensor> _activation;

    /// <param name="channels">D.</param>
    /// <param name="width">The inner width.</param>
    /// <param name="activation">What stands between the linear layers.</param>
    /// <param name="generator">The source of the first weights.</param>
    public FeedForwardLayer(long channels, long width, Func<Tensor, Tensor> activation, Generator generator)
        : base(nameof(FeedForwardLayer))
    {
        _activation = activation;
        widen = new LinearLayer(channels, width, generator);
        narrow = new LinearLayer(width, channels, generator);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => narrow.call(_activation(widen.call(input)));
}
