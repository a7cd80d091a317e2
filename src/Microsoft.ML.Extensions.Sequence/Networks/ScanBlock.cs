using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The block around a recurrence: convolution, normalisation, ReLU; then a scan, or two in opposite directions, a linear layer and
/// normalisation, with a residual connection around them. <c>[B, T, D]</c> to the same shape.
/// </summary>
/// <remarks>
/// <para>Without the convolution it is a plain recurrent layer (Elman; with both directions Schuster and Paliwal): no norms, no residual,
/// and a linear layer only where the widths differ.</para>
/// <para>Differs from ParaRNN's block (Danieli et al. 2025, arXiv 2510.21450: linear, depth-wise convolution of 4, cell, gated RMS norm,
/// linear, residual), which is designed for language models of millions of rows: the convolution mixes channels and the norms are batch
/// norms, which matter more on small data sets than the choice of recurrence.</para>
/// </remarks>
internal sealed class ScanBlock : SequenceBlock
{
    private readonly StepConvolution? convolution;
    private readonly StepBatchNorm? norm;
    private readonly ScanLayer forwards;
    private readonly ScanLayer? backwards;
    private readonly LinearLayer? exit;
    private readonly StepBatchNorm? exitNorm;
    private readonly SeededDropout dropout;
    private readonly long _otherNumbers;

    /// <param name="settings">The settings.</param>
    /// <param name="scan">Creates the scan; with true, the one from each row's last valid step to its first.</param>
    /// <param name="randomness">The source of dropout.</param>
    /// <param name="generator">The source of the initial weights of convolution and linear layer.</param>
    public ScanBlock(ScanBlockSettings settings, Func<bool, ScanLayer> scan, RandomSource randomness, Generator generator)
        : base(nameof(ScanBlock))
    {
        var width = settings.Channels;
        if (settings.ConvolutionWidth > 0)
        {
            convolution = new StepConvolution(width, width, settings.ConvolutionWidth, causal: !settings.Bidirectional, generator);
            norm = new StepBatchNorm(width);
            exitNorm = new StepBatchNorm(width);
        }
        forwards = scan(false);
        backwards = settings.Bidirectional ? scan(true) : null;
        var states = forwards.OutputSize + (backwards?.OutputSize ?? 0);
        exit = settings.ConvolutionWidth > 0 || states != width ? new LinearLayer(states, width, generator) : null;
        dropout = new SeededDropout(settings.Dropout, randomness, tiedOverTime: true);
        _otherNumbers = (settings.ConvolutionWidth > 0 ? 12 : 4) * (long)width;
        RegisterComponents();
    }

    public override string? StreamingObstacle =>
        backwards is null ? null : "Bidirectional is true, and a scan from the end needs the end of the row; set it to false";

    public override long StepNumbers => forwards.StepNumbers + (backwards?.StepNumbers ?? 0) + _otherNumbers;

    public override Tensor forward(Tensor input, InputBatch batch)
    {
        var local = convolution is null || norm is null ? input : convolution.Normalized(input, batch, norm);
        var lengths = batch.IsFull ? null : batch.Lengths;
        var states = backwards is null ? forwards.call(local, lengths)
            : forwards.Both(local, lengths, backwards) ?? cat([forwards.call(local, lengths), backwards.call(local, lengths)], -1);
        return exit is null ? dropout.call(states)
            : exitNorm is null ? dropout.call(exit.call(states))
            : exit.Normalized(states, batch, exitNorm, dropout, residual: local);
    }

    public override OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input)
    {
        var local = convolution is null || norm is null
            ? input
            : graph.Relu(norm.ToOnnx(graph, convolution.ToOnnx(graph, input)));
        var states = forwards.ToOnnx(graph, local);
        states = backwards is null ? states : graph.Concat(2, states, backwards.ToOnnx(graph, local));
        states = exit is null ? states : exit.ToOnnx(graph, states);
        return exitNorm is null ? states : graph.Plus(local, exitNorm.ToOnnx(graph, states));
    }

    public override Tensor Advance(Tensor steps, StreamState state)
    {
        var local = convolution is null || norm is null
            ? steps
            : nn.functional.relu(norm.Apply(convolution.Advance(steps, state.At(nameof(convolution)))));
        var states = forwards.Advance(local, state, nameof(forwards));
        states = exit is null ? states : exit.call(states);
        return exitNorm is null ? states : local.Plus(exitNorm.Apply(states));
    }
}
