using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Onnx;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>The values of a step in an ONNX graph, <c>[N, H]</c> (a parameter: <c>[H]</c>): a cell's formula writes its operators.</summary>
internal readonly struct OnnxLane : ILane<OnnxLane>
{
    private const double ExpBound = 87;

    private readonly OnnxGraph? _graph;
    private readonly OnnxValue _value;
    private readonly double _number;
    private readonly bool _isPerRow;

    private OnnxLane(OnnxGraph? graph, OnnxValue value, double number, bool isPerRow) =>
        (_graph, _value, _number, _isPerRow) = (graph, value, number, isPerRow);

    /// <summary>A value for each row, <c>[N, H]</c>, or a parameter, <c>[H]</c>.</summary>
    public static OnnxLane Of(OnnxGraph graph, OnnxValue value, bool isPerRow) => new(graph, value, 0, isPerRow);

    /// <summary>The value, with the shape of another.</summary>
    public OnnxValue For(OnnxGraph graph, OnnxValue like) =>
        _isPerRow ? _value : graph.Op("Expand", [In(graph), graph.Op("Shape", [like])]);

    public static OnnxLane operator +(OnnxLane left, OnnxLane right) => Join("Add", left, right, (one, other) => one + other);

    public static OnnxLane operator -(OnnxLane left, OnnxLane right) => Join("Sub", left, right, (one, other) => one - other);

    public static OnnxLane operator -(OnnxLane value) => Apply("Neg", value, number => -number);

    public static OnnxLane operator *(OnnxLane left, OnnxLane right) => Join("Mul", left, right, (one, other) => one * other);

    public static OnnxLane operator /(OnnxLane left, OnnxLane right) => Join("Div", left, right, (one, other) => one / other);

    public static OnnxLane Constant(double value) => new(null, default, value, false);

    public static OnnxLane MultiplyAdd(OnnxLane left, OnnxLane right, OnnxLane addend) => (left * right) + addend;

    public static OnnxLane Complement(OnnxLane value) => Constant(1) - value;

    public static OnnxLane Sigmoid(OnnxLane value) => Apply("Sigmoid", value, number => 1 / (1 + Math.Exp(-number)));

    public static OnnxLane Tanh(OnnxLane value) => Apply("Tanh", value, Math.Tanh);

    public static OnnxLane Exp(OnnxLane value) => value._graph is { } graph
        ? new(graph, graph.Op("Exp", [graph.Op("Clip", [value._value, graph.Number(-ExpBound), graph.Number(ExpBound)])]), 0, value._isPerRow)
        : Constant(Math.Exp(Math.Clamp(value._number, -ExpBound, ExpBound)));

    public static OnnxLane Select(OnnxLane condition, OnnxLane positive, OnnxLane otherwise)
    {
        if (condition._graph is not { } graph)
        {
            return condition._number > 0 ? positive : otherwise;
        }
        var isPositive = graph.Op("Greater", [condition._value, graph.Number(0)]);
        return new(graph, graph.Op("Where", [isPositive, positive.In(graph), otherwise.In(graph)]), 0,
            condition._isPerRow || positive._isPerRow || otherwise._isPerRow);
    }

    private OnnxValue In(OnnxGraph graph) => _graph is null ? graph.Number(_number) : _value;

    private static OnnxLane Join(string type, OnnxLane left, OnnxLane right, Func<double, double, double> ofNumbers) =>
        (left._graph ?? right._graph) is { } graph
            ? new(graph, graph.Op(type, [left.In(graph), right.In(graph)]), 0, left._isPerRow || right._isPerRow)
            : Constant(ofNumbers(left._number, right._number));

    private static OnnxLane Apply(string type, OnnxLane value, Func<double, double> ofNumber) => value._graph is { } graph
        ? new(graph, graph.Op(type, [value._value]), 0, value._isPerRow)
        : Constant(ofNumber(value._number));
}
