using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>The first layer of a sequence network: numbers <c>[B, T, C]</c> or tokens <c>[B, T]</c> to <c>[B, T, D]</c>.</summary>
/// <remarks>
/// Numbers are standardised per channel by the training data's mean and deviation, which are saved with the weights. A token looks up its
/// row of a table; row 0 is for unknown tokens, and stays zero.
/// </remarks>
internal sealed class StepEmbedding : nn.Module<InputBatch, Tensor>, IOnnxForm, IWeightMatrices
{
    private readonly Parameter weight;
    private readonly Parameter? bias;
    private readonly Tensor? mean;
    private readonly Tensor? scale;
    private readonly double _noise;
    private readonly Scalar _deviation;
    private readonly RandomSource _randomness;
    private readonly int _patch;

    /// <param name="input">The input column.</param>
    /// <param name="width">D.</param>
    /// <param name="noise">The deviation of the normal noise that training adds to the standardised numbers.</param>
    /// <param name="randomness">The source of the noise.</param>
    /// <param name="generator">The source of the first weights.</param>
    /// <param name="patch">The steps of the column that are one step of the batch.</param>
    public StepEmbedding(InputColumn input, long width, double noise, RandomSource randomness, Generator generator, int patch = 1)
        : base(nameof(StepEmbedding))
    {
        (_noise, _randomness, _patch) = (noise, randomness, patch);
        _deviation = noise;
        if (input.Kind == InputKind.Tokens)
        {
            weight = Initial.Normal(1, generator, input.Cardinality, width);
            RegisterComponents();
            return;
        }
        weight = Initial.Uniform((long)patch * input.Channels, generator, width, (long)patch * input.Channels);
        bias = Initial.Zeros(width);
        NetworkMemory.Ask(2, input.Channels);
        mean = zeros(input.Channels);
        scale = ones(input.Channels);
        register_buffer(nameof(mean), mean);
        register_buffer(nameof(scale), scale);
        RegisterComponents();
    }

    /// <summary>The range of numbers; null for tokens.</summary>
    public InputRange? Range
    {
        get
        {
            if (mean is null || scale is null)
            {
                return null;
            }
            using var scope = NewDisposeScope();
            return InputRange.Around(mean.cpu().AsSpan(), scale.cpu().AsSpan());
        }
    }

    public void Standardize(ChannelStatistics statistics)
    {
        if (mean is null || scale is null)
        {
            return;
        }
        using var scope = NewDisposeScope();
        mean.copy_(tensor(statistics.Mean.ToArray()));
        scale.copy_(tensor(statistics.Scale()));
    }

    public IEnumerable<WeightMatrix> WeightMatrices => mean is null ? [] : [WeightMatrix.Of(nameof(weight), weight)];

    public override Tensor forward(InputBatch batch)
    {
        if (mean is null || scale is null)
        {
            return nn.functional.pad(weight, [0, 0, 1, 0])[batch.Values];
        }
        var values = Standardized(batch.Values, mean, scale);
        if (training && _noise > 0)
        {
            values = values.Plus(randn(values.shape, device: values.device, generator: _randomness.Generator) * _deviation);
        }
        InputTrace.Add(weight, values);
        return nn.functional.linear(values, weight, bias);
    }

    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input)
    {
        if (mean is null || scale is null)
        {
            using var scope = NewDisposeScope();
            return graph.Op("Gather", [graph.Constant(nn.functional.pad(weight, [0, 0, 1, 0])), input]);
        }
        using var temporary = NewDisposeScope();
        return graph.Linear(
            graph.Over(graph.Minus(input, graph.Constant(mean.repeat(_patch))), graph.Constant(scale.repeat(_patch))), weight, bias);
    }

    private Tensor Standardized(Tensor steps, Tensor mean, Tensor scale) => _patch == 1 ? steps.Minus(mean) / scale
        : (steps.view(steps.shape[0], steps.shape[1], _patch, -1).Minus(mean) / scale).view(steps.shape);
}
