using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Onnx;

/// <summary>The graph of a step of a recurrence, as a GraphProto of onnx.proto.</summary>
/// <param name="name">A name that no other value of the file begins with.</param>
/// <param name="precision">The precision of its inputs and outputs.</param>
internal sealed class OnnxBody(string name, OnnxType precision) : OnnxGraph
{
    private readonly ProtoMessage _graph = new();
    private int _names;

    /// <summary>The next inputs.</summary>
    public OnnxValue[] Inputs(int count)
    {
        var inputs = Enumerable.Range(0, count).Select(_ => Fresh()).ToArray();
        foreach (var input in inputs)
        {
            _graph.Add(11, Declared(input));
        }
        return inputs;
    }

    /// <summary>The finished graph.</summary>
    public ProtoMessage Finish(OnnxValue[] outputs)
    {
        foreach (var output in outputs)
        {
            _graph.Add(12, Declared(output));
        }
        return _graph.Add(2, name);
    }

    protected override OnnxValue Single(float[] values, long[] shape) => Constant(OnnxType.Single, MemoryMarshal.AsBytes<float>(values), shape);

    public override OnnxValue Constant(double[] values, params long[] shape) => Constant(OnnxType.Double, MemoryMarshal.AsBytes<double>(values), shape);

    public override OnnxValue Constant(long[] values, params long[] shape) => Constant(OnnxType.Int64, MemoryMarshal.AsBytes<long>(values), shape);

    protected override OnnxValue Fresh() => new($"{name}.{_names++}");

    protected override void Write(string type, OnnxValue[] inputs, OnnxValue[] outputs, (string Name, object Value)[] attributes) =>
        _graph.Add(1, OnnxNodes.Node(Fresh().Name, type, inputs, outputs, attributes));

    protected override void WriteWithBody(
        string type, OnnxValue[] inputs, OnnxValue[] outputs, ProtoMessage body, params (string Name, object Value)[] attributes) =>
        _graph.Add(1, OnnxNodes.Node(Fresh().Name, type, inputs, outputs, attributes).Add(5, OnnxNodes.Body(body)));

    private OnnxValue Constant(OnnxType type, ReadOnlySpan<byte> values, long[] shape)
    {
        var (value, tensor) = (Fresh(), new ProtoMessage());
        foreach (var size in shape)
        {
            tensor.Add(1, size);
        }
        _graph.Add(5, tensor.Add(2, (long)type).Add(8, value.Name).Add(9, values));
        return value;
    }

    private ProtoMessage Declared(OnnxValue value) =>
        new ProtoMessage().Add(1, value.Name).Add(2, new ProtoMessage().Add(1, new ProtoMessage().Add(1, (long)precision)));
}
