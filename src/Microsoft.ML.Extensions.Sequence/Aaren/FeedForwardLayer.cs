using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The position-wise layer of a Transformer (Vaswani et al. 2017, arXiv 1706.03762, section 3.3), with GELU: <c>[..., D]</c> to the same shape.</summary>
internal sealed class FeedForwardLayer : nn.Module<Tensor, Tensor>
{
    private readonly LinearLayer widen;
    private readonly LinearLayer narrow;

    /// <param name="channels">D.</param>
    /// <param name="factor">The inner width in multiples of D.</param>
    /// <param name="generator">The source of the first weights.</param>
    public FeedForwardLayer(long channels, long factor, Generator generator)
        : base(nameof(FeedForwardLayer))
    {
        widen = new LinearLayer(channels, factor * channels, generator);
        narrow = new LinearLayer(factor * channels, channels, generator);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => narrow.call(nn.functional.gelu(widen.call(input)));
}
