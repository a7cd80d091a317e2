using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The Transformer's block around causal attention.</summary>
/// <remarks>Feng et al. 2024 (arXiv 2405.13956) replace the attention of existing Transformers.</remarks>
internal static class AarenBlock
{
    /// <param name="options">The options.</param>
    /// <param name="index">The block's index: the first block adds the position features, which the residual connections carry on.</param>
    /// <param name="randomness">The source of dropout.</param>
    /// <param name="generator">The source of the first weights.</param>
    public static TransformerBlock Create(AarenOptions options, int index, RandomSource randomness, Generator generator)
    {
        var width = options.HiddenSize;
        return new TransformerBlock(
            Settings(options, index),
            () => options.Attention == AttentionKind.Aaren
                ? new AarenLayer(width, options.Heads, options.Mode, generator)
                : new SelfAttentionLayer(width, options.Heads, AttentionLayer.HeadWidth(width, options.Heads), causal: true, generator),
            () => new FeedForwardLayer(width, options.FeedForwardFactor * width, isGelu: true, generator),
            randomness, generator);
    }

    /// <summary>The same as C# kernels.</summary>
    public static ManagedTransformerBlock CreateManaged(AarenOptions options, int index, ManagedParts parts)
    {
        var width = options.HiddenSize;
        return new ManagedTransformerBlock(
            Settings(options, index),
            own => options.Attention == AttentionKind.Aaren
                ? new ManagedAarenLayer(width, options.Heads, own)
                : new ManagedSelfAttention(width, options.Heads, AttentionLayer.HeadWidth(width, options.Heads), causal: true, own),
            options.FeedForwardFactor * width, isGelu: true, parts);
    }

    private static TransformerBlockSettings Settings(AarenOptions options, int index) => new(
        options.HiddenSize, options.ConvolutionWidth, Causal: true, Normalizes: true, AddsPositions: index == 0 && options.PositionFeatures,
        options.Dropout);
}
