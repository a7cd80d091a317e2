using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The block of the paper: LSSL, GELU, dropout, a linear layer over the features, a residual connection, layer norm.
/// <c>[B, T, D]</c> to the same shape.
/// </summary>
/// <remarks>
/// Options beyond the paper: a convolution over a few steps with batch norm and ReLU first, which matters most on small data sets; a second
/// kernel in reverse time; a gated linear unit; the norm before the LSSL.
/// </remarks>
internal sealed class LsslBlock : SequenceBlock, IParameterRules
{
    private readonly StepConvolution? convolution;
    private readonly StepBatchNorm? convolutionNorm;
    private readonly LsslLayer lssl;
    private readonly SeededDropout dropout;
    private readonly LinearLayer mixing;
    private readonly LayerNorm norm;
    private readonly LsslOptions _options;

    public LsslBlock(LsslOptions options, RandomSource randomness, Generator generator)
        : base(nameof(LsslBlock))
    {
        _options = options;
        var width = options.HiddenSize;
        if (options.ConvolutionWidth > 0)
        {
            convolution = new StepConvolution(width, width, options.ConvolutionWidth, causal: !options.Bidirectional, generator);
            convolutionNorm = new StepBatchNorm(width);
        }
        lssl = new LsslLayer(options, generator);
        dropout = new SeededDropout(options.Dropout, randomness, tiedOverTime: true);
        mixing = new LinearLayer((long)width * options.Channels, options.GatedMixing ? 2 * width : width, generator);
        norm = Initial.Norm(width);
        RegisterComponents();
    }

    public override long StepNumbers => 4 * Network.Widths(this);

    public override string? StreamingObstacle =>
        _options.Bidirectional
            ? $"{nameof(LsslOptions.Bidirectional)} is true, and a kernel in reverse time needs the end of the row; set it to false" : null;

    public bool Decays(string name, Parameter parameter) => !IsDynamics(name);

    public double RateFactor(string name) =>
        IsTimescale(name) ? _options.TimescaleLearningRate / _options.Training.LearningRate
        : IsDynamics(name) ? _options.StateLearningRate / _options.Training.LearningRate
        : 1;

    public override Tensor forward(Tensor input, InputBatch batch)
    {
        var local = convolution is null ? input : convolution.Normalized(input, batch, convolutionNorm!);
        return Mix(local, lssl.call(_options.Bidirectional ? Masked(Before(local), batch) : Before(local)));
    }

    public override OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input)
    {
        var local = convolution is null ? input : graph.Relu(convolutionNorm!.ToOnnx(graph, convolution.ToOnnx(graph, input)));
        var outputs = lssl.ToOnnx(graph, _options.NormBefore ? graph.LayerNorm(local, norm) : local);
        var mixed = mixing.ToOnnx(graph, graph.Gelu(outputs));
        var width = (long)_options.HiddenSize;
        mixed = _options.GatedMixing
            ? graph.Times(graph.Slice(mixed, 2, 0, width), graph.Op("Sigmoid", [graph.Slice(mixed, 2, width, 2 * width)])) : mixed;
        var sum = graph.Plus(local, mixed);
        return _options.NormBefore ? sum : graph.LayerNorm(sum, norm);
    }

    public override Tensor Advance(Tensor steps, StreamState state)
    {
        var local = convolution is null
            ? steps
            : nn.functional.relu(convolutionNorm!.Apply(convolution.Advance(steps, state.At(nameof(convolution)))));
        return Mix(local, lssl.Advance(Before(local), state.At(nameof(lssl))));
    }

    private Tensor Before(Tensor local) => _options.NormBefore ? norm.call(local) : local;

    private Tensor Mix(Tensor local, Tensor outputs)
    {
        var mixed = mixing.call(dropout.call(nn.functional.gelu(outputs)));
        var sum = local.Plus(_options.GatedMixing ? nn.functional.glu(mixed, -1) : mixed);
        return _options.NormBefore ? sum : norm.call(sum);
    }

    private static Tensor Masked(Tensor steps, InputBatch batch) => batch.IsFull ? steps : steps * batch.Mask;

    private static bool IsDynamics(string parameterName) =>
        IsTimescale(parameterName) || parameterName.Contains($".{StateSpace.MatrixPrefix}", StringComparison.Ordinal);

    private static bool IsTimescale(string parameterName) =>
        parameterName.EndsWith($".{StateSpace.TimescaleName}", StringComparison.Ordinal);
}
