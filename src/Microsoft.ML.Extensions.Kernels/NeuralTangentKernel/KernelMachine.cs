using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>Computes outputs from a point on the sphere by its inner products with the training rows.</summary>
/// <param name="support">The training rows' points, <c>[n, d]</c>, of norm 1.</param>
/// <param name="coordinates">d.</param>
internal abstract class KernelMachine(double[] support, int coordinates) : IDisposable
{
    /// <summary>The training rows' points.</summary>
    protected Tensor Support { get; } = Kept(support, coordinates);

    /// <summary>The outputs of some rows, <c>[b, c]</c>, Float64.</summary>
    /// <param name="points"><c>[b, d]</c>, of norm 1, Float64.</param>
    public abstract Tensor Outputs(Tensor points);

    /// <summary>The same in ONNX.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="points"><c>[N, d]</c>, in double precision.</param>
    /// <param name="support">The training rows' points, <c>[n, d]</c>, of norm 1, in double precision.</param>
    /// <exception cref="NotSupportedException">There is no ONNX form.</exception>
    public abstract OnnxValue ToOnnx(OnnxGraph graph, OnnxValue points, OnnxValue support);

    public virtual void Dispose() => Support.Dispose();

    protected static Tensor Kept(double[] values, int columns) =>
        values.ToAligned(values.Length / columns, columns).DetachFromDisposeScope();
}

/// <summary>A network of some depth: a sum of kernels.</summary>
/// <param name="support">The training rows' points, <c>[n, d]</c>, of norm 1.</param>
/// <param name="coordinates">d.</param>
/// <param name="weights">The weights, <c>[n, c]</c>.</param>
/// <param name="outputs">c.</param>
/// <param name="kernel">The kernel.</param>
internal sealed class FiniteDepthMachine(double[] support, int coordinates, double[] weights, int outputs, DeepKernel kernel)
    : KernelMachine(support, coordinates)
{
    private readonly Tensor _weights = Kept(weights, outputs);

    public override Tensor Outputs(Tensor points) => KernelExpansion.Evaluate(points, Support, _weights, kernel);

    public override OnnxValue ToOnnx(OnnxGraph graph, OnnxValue points, OnnxValue support)
    {
        var products = kernel.ToOnnx(graph, graph.MatMul(points, graph.Transpose(support, 1, 0)));
        return graph.MatMul(products, graph.Constant(_weights.AsDoubles().ToArray(), _weights.shape));
    }

    public override void Dispose()
    {
        _weights.Dispose();
        base.Dispose();
    }
}

/// <summary>An infinitely deep network: each training row votes for its class.</summary>
internal sealed class InfiniteDepthMachine : KernelMachine
{
    // The logarithm for a class without votes, at the limit of single precision.
    private const double LeastLog = -50;

    private readonly InfiniteDepth _limit;
    private readonly int _classes;
    private readonly int[] _rows;
    private readonly int[] _rowClasses;
    private readonly double[] _logWeights;

    /// <param name="support">The training rows' points, <c>[n, d]</c>, of norm 1.</param>
    /// <param name="coordinates">d.</param>
    /// <param name="votes">The votes of each row for each class, <c>[n, K]</c>.</param>
    /// <param name="classes">K.</param>
    /// <param name="limit">The limit of the network.</param>
    public InfiniteDepthMachine(double[] support, int coordinates, double[] votes, int classes, InfiniteDepth limit)
        : base(support, coordinates)
    {
        var counting = Enumerable.Range(0, votes.Length).Where(vote => votes[vote] > 0).ToArray();
        (_limit, _classes) = (limit, classes);
        _rows = [.. counting.Select(vote => vote / classes)];
        _rowClasses = [.. counting.Select(vote => vote % classes)];
        _logWeights = [.. counting.Select(vote => Math.Log(votes[vote]))];
    }

    public override OnnxValue ToOnnx(OnnxGraph graph, OnnxValue points, OnnxValue support) => throw new NotSupportedException(
        $"{nameof(NeuralTangentKernelOptions.InfiniteDepth)} is true, and the votes of that limit have no ONNX form; set it to false and train again");

    /// <summary>The logarithms of the classes' probabilities.</summary>
    public override Tensor Outputs(Tensor points)
    {
        using var scope = NewDisposeScope();
        var (scores, products) = (new double[_classes], new double[_rows.Length]);
        var outputs = new double[points.shape[0] * _classes];
        for (var row = 0; row < points.shape[0]; row++)
        {
            using var step = NewDisposeScope();
            var all = Support.mv(points[row]).AsDoubles();
            for (var i = 0; i < products.Length; i++)
            {
                products[i] = all[_rows[i]];
            }
            _limit.LogScores(products, _rowClasses, _logWeights, scores);
            for (var k = 0; k < _classes; k++)
            {
                outputs[(row * _classes) + k] = Math.Max(scores[k], LeastLog);
            }
        }
        return outputs.ToAligned(points.shape[0], _classes).MoveToOuterDisposeScope();
    }
}
