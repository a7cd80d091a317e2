using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// A Transformer's block (Vaswani et al. 2017, arXiv 1706.03762, section 3.1): attention, then a position-wise layer, each with a residual
/// connection to the steps before it; optionally a convolution with normalisation and ReLU comes first. <c>[B, T, D]</c> to the same shape.
/// </summary>
/// <remarks>
/// Differs from the paper: the convolution, which matters on small data sets; and optional normalisation comes before the layers (Xiong
/// et al. 2020, arXiv 2002.04745), which trains more stably.
/// </remarks>
internal sealed class TransformerBlock : SequenceBlock
{
    private readonly StepConvolution? convolution;
    private readonly StepBatchNorm? convolutionNorm;
    private readonly LayerNorm? attentionNorm;
    private readonly AttentionLayer attention;
    private readonly LayerNorm? feedForwardNorm;
    private readonly FeedForwardLayer feedForward;
    private readonly SeededDropout dropout;
    private readonly TransformerBlockSettings _settings;

    /// <param name="settings">The settings.</param>
    /// <param name="attention">Creates the attention.</param>
    /// <param name="feedForward">Creates the position-wise layer.</param>
    /// <param name="randomness">What dropout is drawn from.</param>
    /// <param name="generator">The source of the convolution's initial weights.</param>
    public TransformerBlock(
        TransformerBlockSettings settings, Func<AttentionLayer> attention, Func<FeedForwardLayer> feedForward, RandomSource randomness,
        Generator generator)
        : base(nameof(TransformerBlock))
    {
        _settings = settings;
        var width = settings.Channels;
        if (settings.ConvolutionWidth > 0)
        {
            convolution = new StepConvolution(width, width, settings.ConvolutionWidth, settings.Causal, generator);
            convolutionNorm = new StepBatchNorm(width);
        }
        attentionNorm = settings.Normalizes ? Initial.Norm(width) : null;
        this.attention = attention();
        feedForwardNorm = settings.Normalizes ? Initial.Norm(width) : null;
        this.feedForward = feedForward();
        dropout = new SeededDropout(settings.Dropout, randomness);
        RegisterComponents();
    }

    public override string? StreamingObstacle =>
        _settings.Causal ? null : "Causal is false, and steps attend to later ones; set it to true";

    public override long StepNumbers => 6 * Network.Widths(this);

    public override Tensor forward(Tensor input, InputBatch batch) => Widened(Attended(input, batch));

    /// <summary>The input of the position-wise layer: the steps with the attention's output added.</summary>
    public Tensor Attended(Tensor input, InputBatch batch)
    {
        var steps = Placed(Local(input, batch), 0);
        return steps.Plus(dropout.call(attention.call(Normal(attentionNorm, steps), batch)));
    }

    public override Tensor Advance(Tensor input, StreamState state)
    {
        var local = convolution is null || convolutionNorm is null
            ? input
            : nn.functional.relu(convolutionNorm.Apply(convolution.Advance(input, state.At(nameof(convolution)))));
        var steps = Placed(local, state.Position);
        return Widened(steps.Plus(attention.Advance(Normal(attentionNorm, steps), state.At(nameof(attention)))));
    }

    public override OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input)
    {
        var steps = convolution is null || convolutionNorm is null ? input
            : graph.Relu(convolutionNorm.ToOnnx(graph, convolution.ToOnnx(graph, input)));
        steps = _settings.AddsPositions ? graph.Plus(steps, PositionFeatures.ToOnnx(graph, steps, _settings.Channels)) : steps;
        steps = graph.Plus(steps, attention.ToOnnx(graph, Normal(graph, attentionNorm, steps)));
        return graph.Plus(steps, feedForward.ToOnnx(graph, Normal(graph, feedForwardNorm, steps)));
    }

    private Tensor Local(Tensor input, InputBatch batch) =>
        convolution is null || convolutionNorm is null ? input : convolution.Normalized(input, batch, convolutionNorm);

    private Tensor Widened(Tensor steps) => steps.Plus(dropout.call(feedForward.call(Normal(feedForwardNorm, steps))));

    private Tensor Placed(Tensor steps, long first) =>
        _settings.AddsPositions ? steps.Plus(PositionFeatures.Of(first, steps.shape[1], steps.shape[2], steps)) : steps;

    private static OnnxValue Normal(OnnxGraph graph, LayerNorm? norm, OnnxValue steps) => norm is null ? steps : graph.LayerNorm(steps, norm);

    private static Tensor Normal(LayerNorm? norm, Tensor steps) => norm is null ? steps : norm.call(steps);
}
