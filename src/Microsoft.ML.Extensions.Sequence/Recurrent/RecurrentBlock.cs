using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// A recurrent layer, or two of opposite directions joined by a linear layer, <c>[B, T, D]</c> to the same shape; in front of it, where
/// asked for, a convolution with normalisation and ReLU, and then its output is normalised and added to what went into it.
/// </summary>
/// <remarks>
/// Without convolution it is the textbook's layer (Elman; Schuster and Paliwal's with both directions). With it, it is the block of the
/// pack's other recurrent trainer, <see cref="ParaRnnBlock{TCell}"/>, around cells with full matrices: what decides on small sets is the
/// same for both.
/// </remarks>
internal sealed class RecurrentBlock : SequenceBlock
{
    private readonly StepConvolution? convolution;
    private readonly StepBatchNorm? norm;
    private readonly DirectedLayer forwards;
    private readonly DirectedLayer? backwards;
    private readonly LinearLayer? exit;
    private readonly StepBatchNorm? exitNorm;
    private readonly SeededDropout dropout;

    /// <param name="options">The options.</param>
    /// <param name="index">How many blocks come before: each has a graph of its own.</param>
    /// <param name="randomness">What dropout is drawn from.</param>
    /// <param name="generator">The source of the first weights.</param>
    public RecurrentBlock(RecurrentOptions options, int index, RandomSource randomness, Generator generator)
        : base(nameof(RecurrentBlock))
    {
        var width = options.HiddenSize;
        if (options.ConvolutionWidth > 0)
        {
            convolution = new StepConvolution(width, width, options.ConvolutionWidth, causal: !options.Bidirectional, generator);
            norm = new StepBatchNorm(width);
            exitNorm = new StepBatchNorm(width);
        }
        forwards = Directed(options, index, reverse: false, generator);
        backwards = options.Bidirectional ? Directed(options, index, reverse: true, generator) : null;
        var states = forwards.OutputSize + (backwards?.OutputSize ?? 0);
        exit = options.ConvolutionWidth > 0 || states != width ? new LinearLayer(states, width, generator) : null;
        dropout = new SeededDropout(options.Dropout, randomness, tiedOverTime: true);
        RegisterComponents();
    }

    public override string? StreamingObstacle => backwards is null ? null
        : $"{nameof(RecurrentOptions.Bidirectional)} is true, and a recurrence from the end needs the end; set it to false";

    public override Tensor forward(Tensor input, InputBatch batch)
    {
        var local = convolution is null || norm is null
            ? input
            : nn.functional.relu(norm.call(convolution.call(batch.IsFull ? input : input * batch.Mask), batch));
        var lengths = batch.IsFull ? null : batch.Lengths;
        var states = forwards.call(local, lengths);
        if (backwards is not null)
        {
            states = cat([states, backwards.call(local, lengths)], -1);
        }
        states = exit is null ? states : exit.call(states);
        return exitNorm is null ? dropout.call(states) : local.Plus(dropout.call(exitNorm.call(states, batch)));
    }

    public override Tensor Advance(Tensor steps, StreamState state)
    {
        var local = convolution is null || norm is null
            ? steps
            : nn.functional.relu(norm.Apply(convolution.Advance(steps, state.At(nameof(convolution)))));
        var states = forwards.Advance(local, state.At(nameof(forwards)));
        states = exit is null ? states : exit.call(states);
        return exitNorm is null ? states : local.Plus(exitNorm.Apply(states));
    }

    private static DirectedLayer Directed(RecurrentOptions options, int index, bool reverse, Generator generator)
    {
        RecurrentLayerOptions layer = new(
            options.HiddenSize, options.HiddenSize, options.Cell, options.Activation, options.Peepholes, reverse, options.TruncationLength);
        return options.Structure == RecurrentStructure.RandomGraph
            ? new RandomGraphLayer(new GraphLayers(RandomGraph.Draw(options.Graph, index)), layer, generator)
            : new RecurrentLayer(layer, generator);
    }
}
