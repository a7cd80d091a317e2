using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>Makes <see cref="ArchitectureAdvice"/>.</summary>
internal static class ArchitectureAdvisor
{
    /// <summary>The widest network that is advised on.</summary>
    public const int MostWidth = 65_536;

    private const int MostDepth = 10_000, MostRows = 1024, MeasuredRows = 64, WidestMeasured = 8192;
    private const long MostWeights = 4_000_000_000;

    /// <exception cref="ArgumentException">Options are out of range or do not fit the data.</exception>
    public static ArchitectureAdvice Advise(ArchitectureAdvisorOptions options, IDataView? data)
    {
        OptionsValidation.Validate(options);
        TorchDevice.EnsureFound();
        var point = CriticalPoint.Of(options.Activation);
        var shape = Shape(options, point);
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)options.Seed);
        var rows = Rows(options, data, generator);
        var (first, hidden) = Variances(point, options.ResidualWeight);
        var plain = Variances(point, 0).Hidden;
        LayerVariances[] following = [.. Enumerable.Repeat(hidden, shape.Depth - 1), plain];
        return new ArchitectureAdvice(options, point, shape, (int)rows.shape[1])
        {
            Layers = SignalPropagation.Run(options.Activation, first.Bias + first.Weight, following),
            MeasuredKernels = shape.Width <= WidestMeasured && (long)shape.Width * shape.Width * shape.Depth <= MostWeights
                ? Measure(options, rows, [first, .. following], shape.Width, generator) : [],
        };
    }

    public static int WidthFor(int depth, double ratio) => (int)Math.Clamp(Math.Round(depth / ratio), 1, int.MaxValue);

    public static int DepthFor(int width, double ratio) => (int)Math.Clamp(Math.Round(width * ratio), 1, int.MaxValue);

    private static (int Depth, int Width) Shape(ArchitectureAdvisorOptions options, CriticalPoint point)
    {
        if (!point.Exists)
        {
            var usual = new DeepNetworkOptions();
            return (options.Depth ?? usual.Depth, options.Width ?? usual.Width);
        }
        var ratio = AspectRatio.Optimal(point, options.Outputs, options.ResidualWeight);
        var (depth, width) = (
            options.Depth ?? DepthFor(options.Width!.Value, ratio), options.Width ?? WidthFor(options.Depth!.Value, ratio));
        return depth <= MostDepth && width <= MostWidth ? (depth, width)
            : throw new ArgumentException(
                $"The best ratio of depth to width is {Text.Of(ratio)}, which would make {depth} layers of {width}; allowed are {MostDepth} layers of {MostWidth}. "
                + "Set both Depth and Width.", nameof(options));
    }

    private static (LayerVariances First, LayerVariances Hidden) Variances(CriticalPoint point, double residualWeight)
    {
        var weights = new InitialWeights(point.Exists ? DeepInitialization.Critical : DeepInitialization.LeCun, point);
        return (weights.First, weights.Hidden(residualWeight));
    }

    // Standardised rows [B, n] of the data, or normal numbers.
    private static Tensor Rows(ArchitectureAdvisorOptions options, IDataView? data, Generator generator)
    {
        if (data is null)
        {
            return options.Inputs > 0 ? randn([MeasuredRows, options.Inputs], generator: generator)
                : throw new ArgumentException(
                    "Inputs is 0 and no data are given; set Inputs to the numbers of a row, or give data.", nameof(options));
        }
        var (values, statistics) = Read(data, options.FeatureColumnName);
        var inputs = statistics.Channels;
        if (options.Inputs > 0 && options.Inputs != inputs)
        {
            throw new ArgumentException(
                $"Inputs is {options.Inputs}, and column '{options.FeatureColumnName}' has {inputs} numbers a row; set Inputs to 0 to take those of the data.", nameof(options));
        }
        var deviations = statistics.StandardDeviation();
        var constant = Math.Sqrt((double)deviations.Count(deviation => deviation > 0) / inputs);
        for (var i = 0; i < values.Length; i++)
        {
            var deviation = deviations[i % inputs];
            values[i] = deviation > 0 ? (float)((values[i] - statistics.Mean[i % inputs]) / (deviation * constant)) : 0;
        }
        return tensor(values).view(-1, inputs).narrow(0, 0, Math.Min(MeasuredRows, values.Length / inputs));
    }

    private static (float[] Values, ChannelStatistics Statistics) Read(IDataView data, string name)
    {
        var column = InputColumn.From(data.Schema, name, takesTokens: false, takesUnequalRows: false);
        var source = column.Bind(data.Schema);
        using var cursor = data.GetRowCursor([source]);
        var reader = InputReader.Create(cursor, source, column, MissingValues.Error);
        var (values, statistics) = (new List<float>(), new ChannelStatistics());
        for (var row = 0; row < MostRows && cursor.MoveNext(); row++)
        {
            var numbers = reader.Read();
            statistics.Add(numbers, numbers.Length);
            values.AddRange(numbers);
        }
        return values.Count > 0 ? ([.. values], statistics)
            : throw new InvalidOperationException(
                $"The data have no rows; advice on column '{name}' needs at least one, or none at all and Inputs set.");
    }

    // One network of these layers: the mean square of its preactivations, layer by layer.
    private static List<double> Measure(
        ArchitectureAdvisorOptions options, Tensor rows, LayerVariances[] layers, int width, Generator generator)
    {
        using var _ = no_grad();
        var kernels = new List<double>();
        var (read, before) = (rows, (Tensor?)null);
        for (var layer = 0; layer < layers.Length; layer++)
        {
            using var scope = NewDisposeScope();
            var outputs = layer == layers.Length - 1 ? options.Outputs : width;
            using Scalar weight = Math.Sqrt(layers[layer].Weight / read.shape[1]), bias = Math.Sqrt(layers[layer].Bias),
                kept = layers[layer].Residual;
            var weights = randn([read.shape[1], outputs], generator: generator) * weight;
            var z = read.mm(weights).Plus(randn([outputs], generator: generator) * bias);
            z = layers[layer].Residual > 0 ? z.add(before!, kept) : z;
            kernels.Add(z.to_type(ScalarType.Float64).Squared().mean().Item<double>());
            before = z.MoveToOuterDisposeScope();
            read = z.clone().MoveToOuterDisposeScope();
            Activate(options.Activation, read.AsSpan());
        }
        return kernels;
    }

    private static void Activate(ActivationFunction activation, Span<float> values)
    {
        foreach (ref var value in values)
        {
            value = (float)activation.Value(value);
        }
    }
}
