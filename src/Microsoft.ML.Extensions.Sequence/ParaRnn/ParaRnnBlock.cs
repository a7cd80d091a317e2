using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The paper's block in place of attention: norm, linear, short convolution, cell, gated norm, linear, added to the input with a learned
/// scale. <c>[B, T, D]</c> to the same shape.
/// </summary>
/// <remarks>Differs from the paper in: a second, reversed cell where asked for, and then a convolution that is centred, not causal.</remarks>
internal sealed class ParaRnnBlock<TCell> : nn.Module<Tensor, InputBatch, Tensor>
    where TCell : struct, IParaRnnCell
{
    private readonly RmsNorm norm;
    private readonly LinearLayer entry;
    private readonly StepConvolution? convolution;
    private readonly ParaRnnLayer<TCell> forwards;
    private readonly ParaRnnLayer<TCell>? backwards;
    private readonly LinearLayer gate;
    private readonly RmsNorm stateNorm;
    private readonly LinearLayer exit;
    private readonly Parameter scale;
    private readonly SeededDropout dropout;

    public ParaRnnBlock(ParaRnnOptions options, RandomSource randomness, Generator generator)
        : base("ParaRnnBlock")
    {
        var width = options.HiddenSize;
        var states = options.Bidirectional ? 2 * width : width;
        norm = new RmsNorm(width);
        entry = new LinearLayer(width, width, generator);
        convolution = options.ConvolutionWidth > 1
            ? new StepConvolution(width, options.ConvolutionWidth, causal: !options.Bidirectional, generator) : null;
        forwards = Scan(options, reverse: false, generator);
        backwards = options.Bidirectional ? Scan(options, reverse: true, generator) : null;
        gate = new LinearLayer(width, states, generator);
        stateNorm = new RmsNorm(states);
        exit = new LinearLayer(states, width, generator);
        scale = Initial.Ones(width);
        dropout = new SeededDropout(options.Dropout, randomness, tiedOverTime: true);
        RegisterComponents();
    }

    public void Clip(double bound)
    {
        forwards.ClipRecurrentWeights(bound);
        backwards?.ClipRecurrentWeights(bound);
    }

    public override Tensor forward(Tensor input, InputBatch batch)
    {
        var normed = norm.call(input);
        var local = entry.call(normed);
        if (convolution is not null)
        {
            local = nn.functional.silu(convolution.call(batch.IsFull ? local : local * batch.Mask));
        }
        var states = forwards.call(local, batch.Lengths);
        if (backwards is not null)
        {
            states = cat([states, backwards.call(local, batch.Lengths)], -1);
        }
        var gated = stateNorm.call(states) * nn.functional.silu(gate.call(normed));
        return input + scale * dropout.call(exit.call(gated));
    }

    private static ParaRnnLayer<TCell> Scan(ParaRnnOptions options, bool reverse, Generator generator) =>
        new(new ParaRnnLayerOptions(options.HiddenSize, options.HiddenSize, options.Heads, reverse, options.Mode), generator);
}
