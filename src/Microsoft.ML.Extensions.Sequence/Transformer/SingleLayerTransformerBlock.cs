using Microsoft.ML.Extensions.Managed;
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
        return new TransformerBlock(
            Settings(options),
            () => new SelfAttentionLayer(width, options.Heads, KeyWidth(options), options.Causal, generator),
            () => new FeedForwardLayer(width, options.FeedForwardWidth, isGelu: false, generator),
            randomness, generator);
    }

    /// <summary>The same as C# kernels.</summary>
    public static ManagedTransformerBlock CreateManaged(SingleLayerTransformerOptions options, ManagedParts parts) => new(
        Settings(options), own => new ManagedSelfAttention(options.HiddenSize, options.Heads, KeyWidth(options), options.Causal, own),
        options.FeedForwardWidth, isGelu: false, parts);

    private static TransformerBlockSettings Settings(SingleLayerTransformerOptions options) => new(
        options.HiddenSize, options.ConvolutionWidth, options.Causal, options.LayerNorm, options.PositionFeatures, options.Dropout);

    private static int KeyWidth(SingleLayerTransformerOptions options) =>
        options.KeyWidth > 0 ? options.KeyWidth : AttentionLayer.HeadWidth(options.HiddenSize, options.Heads);
}
