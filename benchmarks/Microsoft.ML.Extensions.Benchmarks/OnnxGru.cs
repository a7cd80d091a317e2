using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Two bidirectional layers of nn.GRU, the mean over time and a linear layer, by ONNX Runtime with one thread: <c>[T, 1, C]</c> to <c>[1, K]</c>.
/// The weights are random, since only time is measured.
/// </summary>
internal sealed class OnnxGru : IDisposable
{
    private const int Layers = 2, Directions = 2, Gates = 3, Single = 1;

    // onnx.proto: the numbers of fields.
    private const int IrVersion = 1, ModelGraph = 7, ModelOperators = 8, OperatorVersion = 2;
    private const int GraphNode = 1, GraphName = 2, GraphInitializer = 5, GraphInput = 11, GraphOutput = 12;
    private const int NodeInput = 1, NodeOutput = 2, NodeType = 4, NodeAttribute = 5;
    private const int AttributeName = 1, AttributeInteger = 3, AttributeText = 4, AttributeIntegers = 8, AttributeType = 20;
    private const int IntegerAttribute = 2, TextAttribute = 3, IntegersAttribute = 7;
    private const int TensorDimensions = 1, TensorType = 2, TensorName = 8, TensorBytes = 9, Long = 7;
    private const int ValueName = 1, ValueType = 2, TypeTensor = 1, TypeElement = 1, TypeShape = 2, ShapeDimension = 1, DimensionValue = 1;

    private readonly InferenceSession _session;
    private readonly string[] _outputs = ["scores"];
    private readonly NamedOnnxValue[] _inputs;

    public OnnxGru(int steps, int channels, int hidden, int classes)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        _session = new InferenceSession(File(steps, channels, hidden, classes), options);
        _inputs = [NamedOnnxValue.CreateFromTensor("x0", new DenseTensor<float>(new float[steps * channels], [steps, 1, channels]))];
    }

    /// <summary>Scores a row.</summary>
    public void Run()
    {
        using var results = _session.Run(_inputs, _outputs);
    }

    public void Dispose() => _session.Dispose();

    private static byte[] File(int steps, int channels, int hidden, int classes)
    {
        var random = new Random(1);
        var graph = new List<(int, Part)> { (GraphName, Text("gru")) };
        for (var layer = 0; layer < Layers; layer++)
        {
            var width = layer == 0 ? channels : Directions * hidden;
            graph.Add((GraphInitializer, Tensor($"w{layer}", random, Directions, Gates * hidden, width)));
            graph.Add((GraphInitializer, Tensor($"r{layer}", random, Directions, Gates * hidden, hidden)));
            graph.Add((GraphInitializer, Tensor($"b{layer}", random, Directions, 2 * Gates * hidden)));
            graph.Add((GraphNode, Node("GRU", [$"x{layer}", $"w{layer}", $"r{layer}", $"b{layer}"], $"y{layer}",
                Attribute("hidden_size", hidden), Attribute("direction", "bidirectional"), Attribute("linear_before_reset", 1))));
            graph.Add((GraphNode, Node("Transpose", [$"y{layer}"], $"z{layer}", Attribute("perm", [0L, 2, 1, 3]))));
            graph.Add((GraphNode, Node("Reshape", [$"z{layer}", "shape"], $"x{layer + 1}")));
        }
        graph.Add((GraphInitializer, Shape("shape", steps, 1, Directions * hidden)));
        graph.Add((GraphNode, Node("ReduceMean", [$"x{Layers}"], "mean", Attribute("axes", [0L]), Attribute("keepdims", 0))));
        graph.Add((GraphInitializer, Tensor("head", random, Directions * hidden, classes)));
        graph.Add((GraphNode, Node("MatMul", ["mean", "head"], "scores")));
        graph.Add((GraphInput, Value("x0", steps, 1, channels)));
        graph.Add((GraphOutput, Value("scores", 1, classes)));
        return Message((IrVersion, Number(7)), (ModelOperators, Message((OperatorVersion, Number(12)))), (ModelGraph, Message([.. graph])));
    }

    private static byte[] Node(string type, string[] inputs, string output, params byte[][] attributes) => Message(
        [.. inputs.Select(input => (NodeInput, (Part)Text(input))), (NodeOutput, Text(output)), (NodeType, Text(type)),
            .. attributes.Select(attribute => (NodeAttribute, (Part)attribute))]);

    private static byte[] Attribute(string name, long value) =>
        Message((AttributeName, Text(name)), (AttributeInteger, Number(value)), (AttributeType, Number(IntegerAttribute)));

    private static byte[] Attribute(string name, string value) =>
        Message((AttributeName, Text(name)), (AttributeText, Text(value)), (AttributeType, Number(TextAttribute)));

    private static byte[] Attribute(string name, long[] values) => Message(
        [(AttributeName, Text(name)), .. values.Select(value => (AttributeIntegers, Number(value))), (AttributeType, Number(IntegersAttribute))]);

    private static byte[] Tensor(string name, Random random, params int[] shape)
    {
        var values = new float[shape.Aggregate((product, size) => product * size)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (random.NextSingle() - 0.5f) / 8;
        }
        return Tensor(name, Single, MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), shape);
    }

    private static byte[] Shape(string name, params int[] shape) => Tensor(
        name, Long, MemoryMarshal.AsBytes(Array.ConvertAll(shape, size => (long)size).AsSpan()).ToArray(), shape.Length);

    private static byte[] Tensor(string name, int type, byte[] bytes, params int[] shape) => Message(
        [.. shape.Select(size => (TensorDimensions, Number(size))), (TensorType, Number(type)), (TensorName, Text(name)), (TensorBytes, bytes)]);

    private static byte[] Value(string name, params int[] shape)
    {
        var dimensions = Message([.. shape.Select(size => (ShapeDimension, (Part)Message((DimensionValue, Number(size)))))]);
        var type = Message((TypeTensor, Message((TypeElement, Number(Single)), (TypeShape, dimensions))));
        return Message((ValueName, Text(name)), (ValueType, type));
    }

    private static byte[] Text(string value) => System.Text.Encoding.UTF8.GetBytes(value);

    private static Part Number(long value) => new(null, value);

    private static byte[] Message(params (int Field, Part Value)[] fields)
    {
        using var memory = new MemoryStream();
        using (var output = new CodedOutputStream(memory, leaveOpen: true))
        {
            foreach (var (field, value) in fields)
            {
                output.WriteTag(field, value.Bytes is null ? WireFormat.WireType.Varint : WireFormat.WireType.LengthDelimited);
                if (value.Bytes is null)
                {
                    output.WriteInt64(value.Number);
                }
                else
                {
                    output.WriteBytes(ByteString.CopyFrom(value.Bytes));
                }
            }
        }
        return memory.ToArray();
    }

    // A number, or bytes of a text or a message.
    private readonly record struct Part(byte[]? Bytes, long Number)
    {
        public static implicit operator Part(byte[] bytes) => new(bytes, 0);
    }
}
