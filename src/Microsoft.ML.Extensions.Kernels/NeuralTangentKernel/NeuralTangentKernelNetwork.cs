using System.Globalization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// The infinitely wide network: a sum of kernels between a row and the training rows. It has no parameters, only a solution, and is
/// empty until the solution is set or allocated for loading.
/// </summary>
/// <remarks>Computes on the CPU in double precision, wherever its state is kept.</remarks>
internal sealed class NeuralTangentKernelNetwork : Network, IOnnxForm, ISizedByData
{
    // A file holds all points, and is a message of at most 2 GB with a copy or two in memory while it is written.
    private const long MostOnnxNumbers = 50_000_000;

    private readonly NeuralTangentKernelOptions _options;
    private readonly Lazy<Solved> _solved;

    // The names of these fields are those of the model file.
    private Tensor? center;
    private Tensor? factor;
    private Tensor? quantiles;
    private Tensor? support;
    private Tensor? weights;
    private Tensor? offset;
    private Tensor? slope;
    private Tensor? depth;
    private Tensor? ridge;
    private Tensor? dimension;
    private Tensor? kernel;

    public NeuralTangentKernelNetwork(NeuralTangentKernelOptions options)
        : base(nameof(NeuralTangentKernelNetwork))
    {
        _options = options;
        _solved = new Lazy<Solved>(Read);
    }

    /// <summary>Sets the solution, once.</summary>
    /// <param name="solution">The solution.</param>
    /// <param name="rowDimension">The intrinsic dimension of the rows, where the activation depends on it.</param>
    public void Take(KernelSolution solution, double rowDimension)
    {
        var (map, examples) = (solution.Inputs.Map, solution.Inputs.Examples);
        (center, factor, quantiles) = (Vector(map.Center), Vector(map.Factor), Vector(map.QuantileTable));
        support = examples.Points.ToAligned(examples.Count, examples.Coordinates);
        weights = solution.Weights.ToAligned(examples.Count, solution.Weights.Length / examples.Count);
        (offset, slope) = (Vector(solution.Offset), Vector(solution.Link switch
        {
            null => [1],
            { Width: 0 } link => [link.Factor],
            { } link => [link.Factor, link.Width],
        }));
        (ridge, dimension) = (Vector([solution.Ridge]), Vector([rowDimension]));
        (depth, kernel) = (tensor(new long[] { solution.Depth }), tensor(new[] { (long)solution.Kernel }));
        RegisterComponents();
    }

    public void MakeRoom(IReadOnlyDictionary<string, long[]> shapes)
    {
        (center, factor, quantiles) = (Room(nameof(center)), Room(nameof(factor)), Room(nameof(quantiles)));
        (support, weights) = (Room(nameof(support), ScalarType.Float32), Room(nameof(weights)));
        (offset, slope) = (Room(nameof(offset)), Room(nameof(slope)));
        (ridge, dimension) = (Room(nameof(ridge)), Room(nameof(dimension)));
        (depth, kernel) = (Room(nameof(depth), ScalarType.Int64), Room(nameof(kernel), ScalarType.Int64));
        RegisterComponents();

        Tensor Room(string name, ScalarType type = ScalarType.Float64) =>
            zeros(shapes.TryGetValue(name, out var shape) ? shape : [0], type).DetachFromDisposeScope();
    }

    public void CheckLoaded(InputColumn input, int outputs)
    {
        using var scope = NewDisposeScope();
        var features = (long)input.Steps * input.Channels;
        Require(nameof(center), center!, [features]);
        var coordinates = new SphereMap(Doubles(center!), [], [], _options.InputBias, _options.NonNegative).Coordinates;
        var rows = support!.shape is [var count and > 0, _] ? count : 1;
        Require(nameof(factor), factor!, [features]);
        Require(nameof(quantiles), quantiles!, quantiles!.numel() == 0 ? [0] : [features * SphereMap.Quantiles]);
        Require(nameof(support), support, [rows, coordinates]);
        // A binary network with one logit has separate votes for two classes.
        Require(nameof(weights), weights!, [rows, outputs == 1 && weights!.shape is [_, 2] ? 2 : outputs]);
        Require(nameof(offset), offset!, [outputs]);
        Require(nameof(slope), slope!, [slope!.numel() == 2 ? 2 : 1]);
        foreach (var (name, value) in new[] { (nameof(depth), depth), (nameof(kernel), kernel), (nameof(ridge), ridge),
            (nameof(dimension), dimension) })
        {
            Require(name, value!, [1]);
        }
        Require(nameof(depth), depth!.cpu().Item<long>() is >= 0 and <= NeuralTangentKernelOptions.LargestDepth);
        Require(nameof(kernel), Enum.IsDefined((NetworkKernel)kernel!.cpu().Item<long>()));
        Require(nameof(dimension), _options.Activation != KernelActivation.Optimal || dimension!.cpu().Item<double>() is >= 1 and <= 1000);
        var link = Doubles(slope);
        Require(nameof(slope), link[0] > 0 && (link.Length == 1 || link[1] > 0));
        // Options and solution may each be valid but not fit together.
        _ = _solved.Value;
    }

    private static void Require(string name, Tensor value, long[] shape)
    {
        if (!value.shape.SequenceEqual(shape))
        {
            throw new FormatException($"'{name}' is [{string.Join(", ", value.shape)}] and should be [{string.Join(", ", shape)}].");
        }
    }

    private static void Require(string name, bool holds)
    {
        if (!holds)
        {
            throw new FormatException($"'{name}' holds values that no training gives.");
        }
    }

    public override Tensor forward(InputBatch batch)
    {
        using var scope = NewDisposeScope();
        var solved = _solved.Value;
        var features = batch.Values.cpu().contiguous().AsSpan();
        var (rows, width) = (batch.Rows, features.Length / batch.Rows);
        var points = new double[SizeLimits.Product("A batch", rows, solved.Map.Coordinates)];
        for (var row = 0; row < rows; row++)
        {
            solved.Map.Map(features.Slice(row * width, width), points.AsSpan(row * solved.Map.Coordinates, solved.Map.Coordinates));
        }
        var values = solved.Machine.Outputs(points.ToAligned(rows, solved.Map.Coordinates));
        if (values.shape[1] > offset!.shape[0])
        {
            // Two classes and one logit, which is the difference of theirs.
            values = values.narrow(1, 1, 1).Minus(values.narrow(1, 0, 1));
        }
        var outputs = values.add_(offset.cpu(), Numbers.One).contiguous();
        solved.Link.Apply(outputs.AsDoubles(), (int)outputs.shape[1]);
        return outputs.to_type(ScalarType.Float32).to(batch.Values.device).MoveToOuterDisposeScope();
    }

    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input)
    {
        if (support!.numel() > MostOnnxNumbers)
        {
            throw new NotSupportedException(string.Create(CultureInfo.InvariantCulture,
                $"it keeps {support.shape[0]} training rows of {support.shape[1]} numbers, which a file would hold; allowed are {MostOnnxNumbers} numbers. Train it on fewer rows"));
        }
        var solved = _solved.Value;
        var kept = SphereMap.Normalized(graph, graph.Cast(graph.Constant(support), OnnxType.Double));
        var outputs = solved.Machine.ToOnnx(graph, solved.Map.ToOnnx(graph, graph.Reshape(input, 0, -1)), kept);
        var count = (int)offset!.shape[0];
        if (weights!.shape[1] > count)
        {
            outputs = graph.Minus(graph.Slice(outputs, 1, 1, 2), graph.Slice(outputs, 1, 0, 1));
        }
        outputs = graph.Plus(outputs, graph.Constant(Doubles(offset), count));
        return graph.Cast(OnnxScoreLink.Apply(graph, outputs, count, solved.Link), OnnxType.Single);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _solved.IsValueCreated)
        {
            _solved.Value.Machine.Dispose();
        }
        base.Dispose(disposing);
    }

    private Solved Read()
    {
        using var scope = NewDisposeScope();
        var map = new SphereMap(Doubles(center!), Doubles(factor!), Doubles(quantiles!), _options.InputBias, _options.NonNegative);
        var points = KernelExamples.Normalized(support!.cpu().AsSpan(), map.Coordinates);
        var dual = _options.Dual(dimension!.cpu().Item<double>());
        var (outputs, kind) = ((int)weights!.shape[1], (NetworkKernel)kernel!.cpu().Item<long>());
        var link = Doubles(slope!);
        return new Solved(map, new ScoreLink(link[0], link.Length > 1 ? link[1] : 0), _options.InfiniteDepth
            ? new InfiniteDepthMachine(points, map.Coordinates, Doubles(weights), outputs, InfiniteDepth.Of(dual, kind))
            : new FiniteDepthMachine(
                points, map.Coordinates, Doubles(weights), outputs, new DeepKernel(dual, (int)depth!.cpu().Item<long>(), kind)));
    }

    private static double[] Doubles(Tensor values) => values.cpu().contiguous().AsDoubles().ToArray();

    private static Tensor Vector(double[] values) => values.ToAligned(values.Length);

    // The solution in the form that scoring needs.
    private sealed record Solved(SphereMap Map, ScoreLink Link, KernelMachine Machine);
}
