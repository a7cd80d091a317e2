using System.Reflection;
using Google.Protobuf;
using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.Extensions.Onnx;

/// <summary>The graph that ML.NET's converter writes.</summary>
/// <param name="context">The converter's.</param>
/// <param name="prefix">Begins the names.</param>
internal sealed class OnnxModelGraph(OnnxContext context, string prefix) : OnnxGraph
{
    private const BindingFlags Own = BindingFlags.NonPublic | BindingFlags.Instance;

    /// <summary>The value of a column of the data.</summary>
    public OnnxValue Column(string name) => new(context.GetVariableName(name));

    /// <summary>Makes a value a column.</summary>
    /// <param name="name">The name of the column.</param>
    /// <param name="type">Its type.</param>
    /// <param name="value">The value.</param>
    public void AddColumn(string name, DataViewType type, OnnxValue value) =>
        Write("Identity", [value], [new OnnxValue(context.AddIntermediateVariable(type, name, false))], []);

    public override OnnxValue Constant(float[] values, params long[] shape) => new(shape.Length == 0
        ? context.AddInitializer(values[0], prefix, true) : context.AddInitializer(values, shape, prefix, true));

    public override OnnxValue Constant(double[] values, params long[] shape) => new(shape.Length == 0
        ? context.AddInitializer(values[0], prefix, true) : context.AddInitializer(values, shape, prefix, true));

    public override OnnxValue Constant(long[] values, params long[] shape) => new(shape.Length == 0
        ? context.AddInitializer(values[0], prefix, true) : context.AddInitializer(values, shape, prefix, true));

    protected override OnnxValue Fresh() => new(context.AddIntermediateVariable(null, prefix, true));

    protected override void Write(string type, OnnxValue[] inputs, OnnxValue[] outputs, (string Name, object Value)[] attributes) =>
        Merge(OnnxNodes.AddAttributes(new ProtoMessage(), attributes), Node(type, inputs, outputs));

    protected override void WriteWithBody(
        string type, OnnxValue[] inputs, OnnxValue[] outputs, ProtoMessage body, params (string Name, object Value)[] attributes) =>
        Merge(OnnxNodes.AddAttributes(new ProtoMessage(), attributes).Add(5, OnnxNodes.Body(body)), Node(type, inputs, outputs));

    private OnnxNode Node(string type, OnnxValue[] inputs, OnnxValue[] outputs) => context.CreateNode(
        type, inputs.Select(input => input.Name), outputs.Select(output => output.Name), context.GetNodeName($"{prefix}.{type}"), "");

    // The converter's nodes take no graph as an attribute. The message behind them does.
    private static void Merge(ProtoMessage attributes, OnnxNode node) =>
        ((IMessage)node.GetType().GetField("_node", Own)!.GetValue(node)!).MergeFrom(attributes.ToArray());
}
