using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// A layer of weights: <c>b + W x</c> of vectors <c>[B, n]</c>, or a convolution of images <c>[B, C, H, W]</c> that keeps their size.
/// </summary>
internal sealed class DeepLayer : nn.Module<Tensor, Tensor>, IOnnxForm, IWeightMatrices
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly long[] _padding;

    /// <param name="first">The initialiser.</param>
    /// <param name="variances">The variances of the weights.</param>
    /// <param name="generator">The source of the initial weights.</param>
    /// <param name="shape">Neurons and inputs, or channels out, channels in, and both sides of the kernel.</param>
    public DeepLayer(InitialWeights first, LayerVariances variances, Generator generator, params long[] shape)
        : base(nameof(DeepLayer))
    {
        (weight, bias) = first.Draw(variances, generator, shape);
        _padding = [.. shape.Skip(2).Select(side => side / 2)];
        Inputs = shape[1..].Aggregate((product, side) => product * side);
        Residual = variances.Residual;
        RegisterComponents();
    }

    /// <summary>n, the inputs of a neuron.</summary>
    public long Inputs { get; }

    /// <summary>Whether its input is vectors, and not images.</summary>
    public bool ReadsVectors => _padding.Length == 0;

    /// <summary>gamma, 0 where the layer before has another shape.</summary>
    public double Residual { get; }

    public IEnumerable<WeightMatrix> WeightMatrices => [WeightMatrix.Of(nameof(weight), weight)];

    public override Tensor forward(Tensor input)
    {
        if (ReadsVectors)
        {
            InputTrace.Add(weight, input);
            return nn.functional.linear(input, weight, bias);
        }
        InputTrace.AddChannels(weight, input);
        return Convolutions.OverImages(input, weight, bias, padding: _padding);
    }

    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input) => ReadsVectors
        ? graph.Linear(input, weight, bias)
        : graph.Op("Conv", [input, graph.Constant(weight), graph.Constant(bias)], ("pads", new[] { _padding[0], _padding[1], _padding[0], _padding[1] }));
}

/// <summary>Layer normalisation of vectors <c>[B, n]</c> or images <c>[B, C, H, W]</c>, with a gain and a shift per channel.</summary>
internal sealed class ChannelLayerNorm : nn.Module<Tensor, Tensor>
{
    private readonly Parameter gain;
    private readonly Parameter shift;

    public ChannelLayerNorm(long channels)
        : base(nameof(ChannelLayerNorm))
    {
        gain = Initial.Ones(channels);
        shift = Initial.Zeros(channels);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => nn.functional.group_norm(input, 1, gain, shift);

    /// <summary>The forward pass in ONNX, of vectors or images.</summary>
    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input, bool isImage)
    {
        using var scope = NewDisposeScope();
        long[] shape = isImage ? [-1, 1, 1] : [-1];
        return graph.LayerNorm(
            input, graph.Constant(gain.view(shape)), graph.Constant(shift.view(shape)), isImage ? [1, 2, 3] : [1]);
    }
}
