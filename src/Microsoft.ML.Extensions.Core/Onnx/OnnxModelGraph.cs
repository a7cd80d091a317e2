using System.Reflection;
using Google.Protobuf;
using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.Extensions.Onnx;

/// <summary>The graph that ML.NET's converter writes.</summary>
/// <param name="context">The converter's.</param>
/// <param name="step">What distinguishes the names of this step from those of others.</param>
internal sealed class OnnxModelGraph(OnnxContext context, string step) : OnnxGraph
{
    private const BindingFlags Own = BindingFlags.NonPublic | BindingFlags.Instance;

    // No name of a column: of two values with one name the converter takes the last for the column.
    private readonly string _prefix = $"Microsoft.ML.Extensions.{step}";

    /// <summary>The value of a column of the data.</summary>
    /// <exception cref="NotSupportedException">The converter has no such column.</exception>
    public OnnxValue Column(string name) => context.ContainsColumn(name)
        ? new(context.GetVariableName(name)) : throw new NotSupportedException($"its column '{name}' is not part of the file");

    /// <summary>Makes a value a column.</summary>
    /// <param name="name">The name of the column.</param>
    /// <param name="type">Its type.</param>
    /// <param name="value">The value.</param>
    public void AddColumn(string name, DataViewType type, OnnxValue value)
    {
        // As the converter declares them: a vector of unknown length has one axis.
        long[] dimensions = type switch
        {
            VectorDataViewType { IsKnownSize: true } vector => [0, .. vector.Dimensions.Select(size => (long)size)],
            VectorDataViewType => [0, -1],
            _ => [0, 1],
        };
        var output = new OnnxValue(context.AddIntermediateVariable(type, name, false));
        Write("Reshape", [value, Constant(dimensions, dimensions.Length)], [output], []);
    }

    protected override OnnxValue Single(float[] values, long[] shape) => new(shape.Length == 0
        ? context.AddInitializer(values[0], _prefix, true) : context.AddInitializer(values, shape, _prefix, true));

    public override OnnxValue Constant(double[] values, params long[] shape) => new(shape.Length == 0
        ? context.AddInitializer(values[0], _prefix, true) : context.AddInitializer(values, shape, _prefix, true));

    public override OnnxValue Constant(long[] values, params long[] shape) => new(shape.Length == 0
        ? context.AddInitializer(values[0], _prefix, true) : context.AddInitializer(values, shape, _prefix, true));

    protected override OnnxValue Fresh() => new(context.AddIntermediateVariable(null, _prefix, true));

    protected override void Write(string type, OnnxValue[] inputs, OnnxValue[] outputs, (string Name, object Value)[] attributes) =>
        Merge(OnnxNodes.AddAttributes(new ProtoMessage(), attributes), Node(type, inputs, outputs));

    protected override void WriteWithBody(
        string type, OnnxValue[] inputs, OnnxValue[] outputs, ProtoMessage body, params (string Name, object Value)[] attributes) =>
        Merge(OnnxNodes.AddAttributes(new ProtoMessage(), attributes).Add(5, OnnxNodes.Body(body)), Node(type, inputs, outputs));

    private OnnxNode Node(string type, OnnxValue[] inputs, OnnxValue[] outputs) => context.CreateNode(
        type, inputs.Select(input => input.Name), outputs.Select(output => output.Name), context.GetNodeName($"{_prefix}.{type}"), "");

    // The converter's nodes take no graph as an attribute. The message behind them does.
    private static void Merge(ProtoMessage attributes, OnnxNode node) =>
        ((IMessage)node.GetType().GetField("_node", Own)!.GetValue(node)!).MergeFrom(attributes.ToArray());
}
