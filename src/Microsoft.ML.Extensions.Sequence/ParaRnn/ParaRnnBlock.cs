using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Convolution, normalisation, ReLU; then the cell, a linear layer and normalisation, added to what went into the cell.
/// <c>[B, T, D]</c> to the same shape.
/// </summary>
/// <remarks>
/// Differs from the paper's block (linear, depth-wise convolution of 4, cell, gated RMS norm, linear, residual), which is made for language
/// models of millions of rows: the convolution mixes channels and the norms are batch norms, since those decide on small sets; and a second
/// cell runs backwards where asked for, and the convolution is then centred, not causal.
/// </remarks>
internal sealed class ParaRnnBlock<TCell> : SequenceBlock
    where TCell : struct, IRecurrentCell<TCell>
{
    private readonly StepConvolution convolution;
    private readonly StepBatchNorm norm;
    private readonly ParaRnnLayer<TCell> forwards;
    private readonly ParaRnnLayer<TCell>? backwards;
    private readonly LinearLayer exit;
    private readonly StepBatchNorm exitNorm;
    private readonly SeededDropout dropout;
    private readonly double _clip;

    public ParaRnnBlock(ParaRnnOptions options, RandomSource randomness, Generator generator)
        : base("ParaRnnBlock")
    {
        var width = options.HiddenSize;
        convolution = new StepConvolution(width, width, options.ConvolutionWidth, causal: !options.Bidirectional, generator);
        norm = new StepBatchNorm(width);
        forwards = Scan(options, reverse: false, generator);
        backwards = options.Bidirectional ? Scan(options, reverse: true, generator) : null;
        exit = new LinearLayer(options.Bidirectional ? 2 * width : width, width, generator);
        exitNorm = new StepBatchNorm(width);
        dropout = new SeededDropout(options.Dropout, randomness, tiedOverTime: true);
        _clip = options.RecurrentWeightClip;
        RegisterComponents();
    }

    public override string? StreamingObstacle =>
        backwards is null ? null : $"{nameof(ParaRnnOptions.Bidirectional)} is true, and a scan from the end needs the end; set it to false";

    public override void Constrain()
    {
        if (_clip > 0)
        {
            forwards.ClipRecurrentWeights(_clip);
            backwards?.ClipRecurrentWeights(_clip);
        }
    }

    public override Tensor forward(Tensor input, InputBatch batch)
    {
        var local = nn.functional.relu(norm.call(convolution.call(batch.IsFull ? input : input * batch.Mask), batch));
        var states = forwards.call(local, batch.Lengths);
        if (backwards is not null)
        {
            states = cat([states, backwards.call(local, batch.Lengths)], -1);
        }
        return local.Plus(dropout.call(exitNorm.call(exit.call(states), batch)));
    }

    public override Tensor Advance(Tensor steps, StreamState state)
    {
        var local = nn.functional.relu(norm.Apply(convolution.Advance(steps, state.At(nameof(convolution)))));
        var (hidden, last) = forwards.Resume(local, initial: state.Get(nameof(forwards), () => forwards.Zero(steps)));
        state.Set(nameof(forwards), last);
        return local.Plus(exitNorm.Apply(exit.call(hidden)));
    }

    private static ParaRnnLayer<TCell> Scan(ParaRnnOptions options, bool reverse, Generator generator) =>
        new(new ParaRnnLayerOptions(
            options.HiddenSize, options.HiddenSize, options.Heads, reverse, options.Mode,
            new NewtonSettings(options.NewtonIterations, options.NewtonDamping)), generator);
}
