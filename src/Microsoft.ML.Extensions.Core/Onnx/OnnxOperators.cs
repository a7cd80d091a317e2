using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Onnx;

/// <summary>Operators and what is made of a few of them.</summary>
internal static class OnnxOperators
{
    // Of batch and layer norms of torch.
    private const double NormEpsilon = 1e-5;

    public static OnnxValue Plus(this OnnxGraph graph, OnnxValue left, OnnxValue right) => graph.Op("Add", [left, right]);

    public static OnnxValue Minus(this OnnxGraph graph, OnnxValue left, OnnxValue right) => graph.Op("Sub", [left, right]);

    public static OnnxValue Times(this OnnxGraph graph, OnnxValue left, OnnxValue right) => graph.Op("Mul", [left, right]);

    public static OnnxValue Over(this OnnxGraph graph, OnnxValue left, OnnxValue right) => graph.Op("Div", [left, right]);

    public static OnnxValue Scaled(this OnnxGraph graph, OnnxValue value, double factor) => graph.Times(value, graph.Number(factor));

    public static OnnxValue MatMul(this OnnxGraph graph, OnnxValue left, OnnxValue right) => graph.Op("MatMul", [left, right]);

    public static OnnxValue Cast(this OnnxGraph graph, OnnxValue value, OnnxType type) => graph.Op("Cast", [value], ("to", (long)type));

    /// <summary>A value with other dimensions; 0 keeps a dimension, -1 takes what is left.</summary>
    public static OnnxValue Reshape(this OnnxGraph graph, OnnxValue value, params long[] shape) =>
        graph.Op("Reshape", [value, graph.Constant(shape, shape.Length)]);

    public static OnnxValue Transpose(this OnnxGraph graph, OnnxValue value, params long[] axes) => graph.Op("Transpose", [value], ("perm", axes));

    public static OnnxValue Unsqueeze(this OnnxGraph graph, OnnxValue value, params long[] axes) => graph.Op("Unsqueeze", [value], ("axes", axes));

    public static OnnxValue Squeeze(this OnnxGraph graph, OnnxValue value, params long[] axes) => graph.Op("Squeeze", [value], ("axes", axes));

    public static OnnxValue Concat(this OnnxGraph graph, long axis, params OnnxValue[] values) => graph.Op("Concat", values, ("axis", axis));

    public static OnnxValue Sum(this OnnxGraph graph, OnnxValue value, bool keep, params long[] axes) =>
        graph.Op("ReduceSum", [value], ("axes", axes), ("keepdims", keep ? 1L : 0L));

    public static OnnxValue Mean(this OnnxGraph graph, OnnxValue value, bool keep, params long[] axes) =>
        graph.Op("ReduceMean", [value], ("axes", axes), ("keepdims", keep ? 1L : 0L));

    public static OnnxValue Max(this OnnxGraph graph, OnnxValue value, bool keep, params long[] axes) =>
        graph.Op("ReduceMax", [value], ("axes", axes), ("keepdims", keep ? 1L : 0L));

    /// <summary>The positions from <paramref name="start"/> to before <paramref name="end"/> of an axis; a negative one counts from the end.</summary>
    public static OnnxValue Slice(this OnnxGraph graph, OnnxValue value, long axis, long start, long end) => graph.Op(
        "Slice", [value, graph.Constant([start], 1), graph.Constant([end], 1), graph.Constant([axis], 1)]);

    /// <summary>The length of an axis, <c>[1]</c>.</summary>
    public static OnnxValue Length(this OnnxGraph graph, OnnxValue value, long axis) => graph.Slice(graph.Op("Shape", [value]), 0, axis, axis + 1);

    /// <summary>0, 1, ... to before a length <c>[1]</c>, as whole numbers <c>[n]</c>.</summary>
    public static OnnxValue Range(this OnnxGraph graph, OnnxValue length) =>
        graph.Op("Range", [graph.Constant([0L]), graph.Squeeze(length, 0), graph.Constant([1L])]);

    /// <summary>A state <c>[N, Sizes]</c> before the first step of rows.</summary>
    public static OnnxValue InitialFor(this OnnxGraph graph, OnnxValue rows, OnnxState state, OnnxType type) => graph.Op(
        "Expand",
        [graph.Number(state.Initial, type), graph.Concat(0, graph.Length(rows, 0), graph.Constant(state.Sizes, state.Sizes.Length))]);

    public static OnnxValue Softmax(this OnnxGraph graph, OnnxValue value, long axis) => graph.Op("Softmax", [value], ("axis", axis));

    /// <summary>The product with the transpose of a matrix <c>[out, in]</c>.</summary>
    public static OnnxValue Linear(this OnnxGraph graph, OnnxValue value, Tensor weight, Tensor? bias = null)
    {
        using var scope = NewDisposeScope();
        var product = graph.MatMul(value, graph.Constant(weight.transpose(0, 1)));
        return bias is null ? product : graph.Plus(product, graph.Constant(bias));
    }

    /// <summary>Batch norm in scoring, of channels in an axis of their own: the last one, or one with so many axes after it.</summary>
    public static OnnxValue BatchNorm(this OnnxGraph graph, OnnxValue value, Tensor gain, Tensor shift, Tensor mean, Tensor variance, int axesAfter = 0)
    {
        using var scope = NewDisposeScope();
        long[] shape = [-1, .. Enumerable.Repeat(1L, axesAfter)];
        var factor = gain.detach().to_type(ScalarType.Float64) / variance.to_type(ScalarType.Float64).Plus(NormEpsilon).sqrt();
        var offset = shift.detach().to_type(ScalarType.Float64).Minus(mean.to_type(ScalarType.Float64) * factor);
        return graph.Plus(graph.Times(value, graph.Constant(factor.view(shape))), graph.Constant(offset.view(shape)));
    }

    /// <summary>Layer norm over axes.</summary>
    public static OnnxValue LayerNorm(this OnnxGraph graph, OnnxValue value, OnnxValue gain, OnnxValue shift, params long[] axes)
    {
        var centred = graph.Minus(value, graph.Mean(value, keep: true, axes));
        var variance = graph.Mean(graph.Times(centred, centred), keep: true, axes);
        var deviation = graph.Op("Sqrt", [graph.Plus(variance, graph.Number(NormEpsilon))]);
        return graph.Plus(graph.Times(graph.Over(centred, deviation), gain), shift);
    }

    /// <summary>Layer norm over the last axis.</summary>
    public static OnnxValue LayerNorm(this OnnxGraph graph, OnnxValue value, TorchSharp.Modules.LayerNorm norm) =>
        graph.LayerNorm(value, graph.Constant(norm.weight!), graph.Constant(norm.bias!), -1);

    /// <summary>The logarithm of a probability in double precision, that of the smallest one for 0.</summary>
    public static OnnxValue LogOfProbability(this OnnxGraph graph, OnnxValue probability) =>
        graph.Op("Log", [graph.Op("Max", [probability, graph.Constant([Numbers.LeastProbability])])]);

    public static OnnxValue Relu(this OnnxGraph graph, OnnxValue value) => graph.Op("Relu", [value]);

    public static OnnxValue Gelu(this OnnxGraph graph, OnnxValue value) => graph.Times(
        graph.Scaled(value, 0.5), graph.Plus(graph.Op("Erf", [graph.Scaled(value, Math.Sqrt(0.5))]), graph.Number(1)));
}
