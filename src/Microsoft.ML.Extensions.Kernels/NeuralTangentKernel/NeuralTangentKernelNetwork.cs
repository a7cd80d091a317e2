using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// The infinitely wide network: a sum of kernels between a row and the training rows. It has no parameters, only what was solved for, and is
/// empty until that is given or room is made for it.
/// </summary>
/// <remarks>Computes on the CPU in double precision, wherever its state is kept.</remarks>
internal sealed class NeuralTangentKernelNetwork : Network
{
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

    public NeuralTangentKernelNetwork(NeuralTangentKernelOptions options)
        : base(nameof(NeuralTangentKernelNetwork))
    {
        _options = options;
        _solved = new Lazy<Solved>(Read);
    }

    /// <summary>Takes what was learned; once.</summary>
    public void Take(SphereMap map, KernelExamples examples, KernelSolution solution)
    {
        (center, factor, quantiles) = (Vector(map.Center), Vector(map.Factor), Vector(map.QuantileTable));
        support = tensor(examples.Points, [examples.Count, examples.Coordinates]);
        weights = tensor(solution.Weights, [examples.Count, examples.Outputs]);
        (offset, slope, ridge) = (Vector(solution.Offset), Vector([solution.Factor]), Vector([solution.Ridge]));
        depth = tensor(new long[] { solution.Depth });
        RegisterComponents();
    }

    public override void MakeRoom(IReadOnlyDictionary<string, long[]> shapes)
    {
        (center, factor, quantiles) = (Room(nameof(center)), Room(nameof(factor)), Room(nameof(quantiles)));
        (support, weights) = (Room(nameof(support), ScalarType.Float32), Room(nameof(weights)));
        (offset, slope, ridge, depth) = (Room(nameof(offset)), Room(nameof(slope)), Room(nameof(ridge)), Room(nameof(depth), ScalarType.Int64));
        RegisterComponents();

        Tensor Room(string name, ScalarType type = ScalarType.Float64) =>
            zeros(shapes.TryGetValue(name, out var shape) ? shape : [0], type).DetachFromDisposeScope();
    }

    public override Tensor forward(InputBatch batch)
    {
        using var scope = NewDisposeScope();
        var solved = _solved.Value;
        var features = batch.Values.cpu().contiguous().AsSpan();
        var (rows, width) = (batch.Rows, features.Length / batch.Rows);
        var points = new double[rows * solved.Map.Coordinates];
        for (var row = 0; row < rows; row++)
        {
            solved.Map.Map(features.Slice(row * width, width), points.AsSpan(row * solved.Map.Coordinates, solved.Map.Coordinates));
        }
        var values = KernelExpansion.Evaluate(
            tensor(points, [rows, solved.Map.Coordinates]), Shared(solved.Support, solved.Map.Coordinates), Shared(solved.Weights, (int)offset!.shape[0]), solved.Kernel);
        var outputs = values.add_(offset.cpu(), Numbers.One).mul_(slope!.cpu());
        return outputs.to_type(ScalarType.Float32).to(batch.Values.device).MoveToOuterDisposeScope();
    }

    private Solved Read()
    {
        using var scope = NewDisposeScope();
        var map = new SphereMap(Doubles(center!), Doubles(factor!), Doubles(quantiles!), _options.InputBias, _options.NonNegative);
        var layers = (int)depth!.cpu().item<long>();
        return new Solved(
            map, KernelExamples.Normalized(support!.cpu().AsSpan(), map.Coordinates), Doubles(weights!),
            new DeepKernel(_options.Dual(_options.IntrinsicDimension), layers, _options.Kernel));
    }

    private static double[] Doubles(Tensor values) => values.cpu().contiguous().AsDoubles().ToArray();

    private static Tensor Vector(double[] values) => tensor(values);

    private static Tensor Shared(double[] values, int columns) => frombuffer(values, ScalarType.Float64).view(-1, columns);

    // What scoring needs in the form in which it needs it.
    private sealed record Solved(SphereMap Map, double[] Support, double[] Weights, IKernelFunction Kernel);
}
