using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The network of the theorem: one layer of self-attention and one position-wise ReLU network.</summary>
internal static class SingleLayerTransformerBlock
{
    /// <param name="options">The options.</param>
    /// <param name="randomness">What dropout is drawn from.</param>
    /// <param name="generator">The source of the first weights.</param>
    public static TransformerBlock Create(SingleLayerTransformerOptions options, RandomSource randomness, Generator generator)
    {
        var width = options.HiddenSize;
        var keyWidth = options.KeyWidth > 0 ? options.KeyWidth : AttentionLayer.HeadWidth(width, options.Heads);
        return new TransformerBlock(
            new TransformerBlockSettings(
                width, options.ConvolutionWidth, options.Causal, options.LayerNorm, options.PositionFeatures, options.Dropout),
            () => new SelfAttentionLayer(width, options.Heads, keyWidth, options.Causal, generator),
            () => new FeedForwardLayer(width, options.FeedForwardWidth, isGelu: false, generator),
            randomness, generator);
    }
}
