using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// A Transformer's block around causal attention: attention, then a position-wise layer, each on the normalised steps and added to them;
/// in front of it, where asked for, a causal convolution with normalisation and ReLU. <c>[B, T, D]</c> to the same shape.
/// </summary>
/// <remarks>
/// Feng et al. 2024 (arXiv 2405.13956) put their attention into the Transformers of others. Differs from those: the convolution, which
/// decides on small sets; and the normalisation comes before the layers (Xiong et al. 2020, arXiv 2002.04745), which trains without care.
/// </remarks>
internal sealed class AarenBlock : SequenceBlock
{
    private readonly StepConvolution? convolution;
    private readonly StepBatchNorm? convolutionNorm;
    private readonly LayerNorm attentionNorm;
    private readonly AttentionLayer attention;
    private readonly LayerNorm feedForwardNorm;
    private readonly FeedForwardLayer feedForward;
    private readonly SeededDropout dropout;
    private readonly bool _addsPositions;

    /// <param name="options">The options.</param>
    /// <param name="first">Whether no block comes before: the first one adds the position features, which the sums carry on.</param>
    /// <param name="randomness">What dropout is drawn from.</param>
    /// <param name="generator">The source of the first weights.</param>
    public AarenBlock(AarenOptions options, bool first, RandomSource randomness, Generator generator)
        : base(nameof(AarenBlock))
    {
        var width = options.HiddenSize;
        if (options.ConvolutionWidth > 0)
        {
            convolution = new StepConvolution(width, width, options.ConvolutionWidth, causal: true, generator);
            convolutionNorm = new StepBatchNorm(width);
        }
        attentionNorm = nn.LayerNorm(width);
        attention = options.Attention == AttentionKind.Aaren
            ? new AarenLayer(width, options.Heads, options.Mode, generator)
            : new CausalSoftmaxLayer(width, options.Heads, generator);
        feedForwardNorm = nn.LayerNorm(width);
        feedForward = new FeedForwardLayer(width, options.FeedForwardFactor, generator);
        dropout = new SeededDropout(options.Dropout, randomness);
        _addsPositions = first && options.PositionFeatures;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input, InputBatch batch)
    {
        var steps = convolution is null || convolutionNorm is null
            ? input
            : nn.functional.relu(convolutionNorm.call(convolution.call(input), batch));
        steps = Placed(steps, 0);
        steps = steps.Plus(dropout.call(attention.call(attentionNorm.call(steps), batch)));
        return steps.Plus(dropout.call(feedForward.call(feedForwardNorm.call(steps))));
    }

    public override Tensor Advance(Tensor input, StreamState state)
    {
        var steps = convolution is null || convolutionNorm is null
            ? input
            : nn.functional.relu(convolutionNorm.Apply(convolution.Advance(input, state.At(nameof(convolution)))));
        steps = Placed(steps, state.Position);
        steps = steps.Plus(attention.Advance(attentionNorm.call(steps), state.At(nameof(attention))));
        return steps.Plus(feedForward.call(feedForwardNorm.call(steps)));
    }

    private Tensor Placed(Tensor steps, long first) =>
        _addsPositions ? steps.Plus(PositionFeatures.Of(first, steps.shape[1], steps.shape[2], steps)) : steps;
}
