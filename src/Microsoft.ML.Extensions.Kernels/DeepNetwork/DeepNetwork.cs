using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// <c>z = b + W x</c>, then for each further layer <c>z' = b + W sigma(norm(z)) + gamma z</c>; rows of fixed length, or images, to outputs
/// <c>[B, K]</c>.
/// </summary>
internal sealed class DeepNetwork : Network, ILayered, IMatrixWork, IOnnxForm, IParameterRules, IRandomized, IStandardized
{
    // Standardised numbers are clamped to this: beyond it, the distance has no meaning.
    public const double Limit = 10;

    private static readonly Scalar Farthest = Limit, MinusFarthest = -Limit;

    private readonly ModuleList<DeepLayer> layers;
    private readonly ModuleList<nn.Module<Tensor, Tensor>> norms;
    private readonly DeepLayer output;
    private readonly Tensor mean;
    private readonly Tensor inverse;
    private readonly NetworkPlan _plan;
    private readonly InputColumn _input;
    private readonly FrameShape? _image;
    private readonly ActivationLayer _activation;
    private readonly SeededDropout _dropout;
    private readonly Dictionary<string, double> _rates;
    private readonly string[] _layerNames;
    private readonly long _products;

    /// <param name="options">The options.</param>
    /// <param name="input">The input column.</param>
    /// <param name="outputs">K.</param>
    /// <param name="generator">The source of the initial weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">The architecture needs images, and the column has none.</exception>
    public DeepNetwork(DeepNetworkOptions options, InputColumn input, int outputs, Generator generator)
        : base(nameof(DeepNetwork))
    {
        (_plan, _input) = (options.Plan(), input);
        _image = input.Steps == 1 ? input.Frame : null;
        if (_plan.NeedsImages && _image is null)
        {
            throw SchemaColumns.WrongType(
                input.Name, "Feature", $"an image [C, H, W] of Single, since Architecture '{options.Architecture}' has conv or pool",
                    input.Type.ToString()!);
        }
        var point = CriticalPoint.Of(ActivationFunction.Of(_plan.Activation!.Value, options.NegativeSlope));
        var builder = new LayerBuilder(new InitialWeights(options.Initialization, point), _plan, Values, _image, generator);
        layers = new ModuleList<DeepLayer>([.. _plan.Layers.Select(builder.Hidden)]);
        output = builder.Output(outputs);
        _products = builder.Products;
        norms = new ModuleList<nn.Module<Tensor, Tensor>>(_plan.Normalization switch
        {
            DeepNormalization.Batch => [.. _plan.Layers.Select(layer => new ChannelBatchNorm(layer.Width, learns: true))],
            DeepNormalization.Layer => [.. _plan.Layers.Select(layer => new ChannelLayerNorm(layer.Width))],
            _ => [],
        });
        NetworkMemory.Ask(2, Values);
        mean = zeros(Values);
        inverse = ones(Values);
        register_buffer(nameof(mean), mean);
        register_buffer(nameof(inverse), inverse);
        RegisterComponents();
        _activation = new ActivationLayer(_plan.Activation.Value, options.NegativeSlope);
        _dropout = new SeededDropout(options.Dropout, Randomness);
        _layerNames = StreamNames.Of(nameof(layers), layers.Count);
        _rates = Rates(options, point);
    }

    public RandomSource Randomness { get; } = new();

    public IReadOnlyList<string> Layers => _layerNames;

    public double RateFactor(string name) => _rates.GetValueOrDefault(name, 1);

    /// <summary>Standardises each number, or each colour of an image. A number that is constant in training becomes 0.</summary>
    public void Standardize(ChannelStatistics statistics)
    {
        var size = _input.Frame is { } frame ? frame.Height * frame.Width : 1;
        var groups = size > 1 ? statistics.Pooled(size) : statistics;
        var deviations = groups.StandardDeviation();
        // The mean square of a row's numbers, including the constant ones, is 1, as the first layer expects.
        var constant = Math.Sqrt((double)deviations.Count(deviation => deviation > 0) / deviations.Length);
        double[] inverses = [.. deviations.Select(deviation => deviation > 0 ? 1 / (constant * deviation) : 0)];
        using var scope = NewDisposeScope();
        mean.copy_(tensor(Spread(groups.Mean.ToArray(), size)));
        inverse.copy_(tensor(Spread(inverses, size)));
    }

    public long Products(long steps) => _products;

    public override Tensor forward(InputBatch batch)
    {
        var values = batch.Values.flatten(1);
        if (values.shape[1] != Values)
        {
            throw new InvalidDataException(
                $"Column '{_input.Name}' has rows of {values.shape[1]} values; those of training have {Values}.");
        }
        var standard = (values.Minus(mean) * inverse).clamp(MinusFarthest, Farthest);
        var last = Preactivations(standard)[^1];
        return output.call(ReadBy(output, Activations(last, layers.Count - 1), _plan.LastPool));
    }

    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input)
    {
        var values = graph.Reshape(input, 0, Values);
        var standard = graph.Times(graph.Minus(values, graph.Constant(mean)), graph.Constant(inverse));
        standard = graph.Op("Clip", [standard, graph.Number(-Limit), graph.Number(Limit)]);
        var image = _plan.NeedsImages ? _image : null;
        var reads = image is null ? standard : graph.Reshape(standard, 0, image.Channels, image.Height, image.Width);
        OnnxValue? before = null;
        for (var i = 0; i < layers.Count; i++)
        {
            var z = layers[i].ToOnnx(graph, ReadBy(graph, layers[i], reads, ref image, _plan.Layers[i].Pool));
            z = layers[i].Residual > 0 ? graph.Plus(z, graph.Scaled(before!.Value, layers[i].Residual)) : z;
            image = layers[i].ReadsVectors ? null : image! with { Channels = _plan.Layers[i].Width };
            var normal = norms.Count == 0 ? z : norms[i] switch
            {
                ChannelBatchNorm norm => norm.ToOnnx(graph, z, image is null ? 0 : 2),
                ChannelLayerNorm norm => norm.ToOnnx(graph, z, image is not null),
                var norm => throw new NotSupportedException($"a norm, {norm.GetName()}, has no ONNX form"),
            };
            (before, reads) = (z, _activation.ToOnnx(graph, normal));
        }
        return output.ToOnnx(graph, ReadBy(graph, output, reads, ref image, _plan.LastPool));
    }

    private static OnnxValue ReadBy(OnnxGraph graph, DeepLayer layer, OnnxValue values, ref FrameShape? image, int pool)
    {
        if (pool > 1 && image is { } whole)
        {
            long[] window = [Math.Min(pool, whole.Height), Math.Min(pool, whole.Width)];
            values = graph.Op("MaxPool", [values], ("kernel_shape", window), ("strides", window), ("ceil_mode", 1L));
            image = new FrameShape(
                whole.Channels, (int)((whole.Height + window[0] - 1) / window[0]), (int)((whole.Width + window[1] - 1) / window[1]));
        }
        return layer.ReadsVectors && image is { } read ? graph.Reshape(values, 0, read.Values) : values;
    }

    /// <summary>z of every hidden layer, from standardised rows <c>[B, n]</c>.</summary>
    public IReadOnlyList<Tensor> Preactivations(Tensor rows)
    {
        var all = new List<Tensor>(layers.Count);
        var reads = _image is not null && _plan.NeedsImages ? rows.view(-1, _image.Channels, _image.Height, _image.Width) : rows;
        for (var i = 0; i < layers.Count; i++)
        {
            var z = layers[i].call(ReadBy(layers[i], i == 0 ? reads : Activations(all[^1], i - 1), _plan.Layers[i].Pool));
            all.Add(layers[i].Residual > 0 ? z.Plus(all[^1], layers[i].Residual) : z);
            LayerTrace.Add(_layerNames[i], all[i]);
        }
        return all;
    }

    private int Values => _input.Steps * _input.Channels;

    private Tensor Activations(Tensor z, int layer) => _dropout.call(_activation.call(norms.Count > 0 ? norms[layer].call(z) : z));

    private static Tensor ReadBy(DeepLayer layer, Tensor values, int pool)
    {
        if (pool > 1)
        {
            long[] window = [Math.Min(pool, values.shape[2]), Math.Min(pool, values.shape[3])];
            values = nn.functional.max_pool2d(values, window, window, ceil_mode: true);
        }
        return layer.ReadsVectors ? values.flatten(1) : values;
    }

    private static float[] Spread(double[] groups, int size)
    {
        var all = new float[groups.Length * size];
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = (float)groups[i / size];
        }
        return all;
    }

    private Dictionary<string, double> Rates(DeepNetworkOptions options, CriticalPoint point) =>
        options.LayerRates == LayerLearningRates.Equal ? [] : LayerFactors.Of(
            point, [.. layers, output],
            adaptive: options.Training.Optimizer is OptimizerKind.Adam or OptimizerKind.AdamW,
            layer => layer == layers.Count ? nameof(output) : $"{nameof(layers)}.{layer}");
}
