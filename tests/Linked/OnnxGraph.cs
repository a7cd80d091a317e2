using System.Text;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>The initializers and nodes of an ONNX file: as much of its protocol buffer as weights are in.</summary>
internal sealed class OnnxGraph
{
    // onnx.proto: the numbers of fields.
    private const int ModelGraph = 7, GraphNode = 1, GraphInitializer = 5;
    private const int NodeInput = 1, NodeOutput = 2, NodeKind = 4;
    private const int TensorDimensions = 1, TensorType = 2, TensorName = 8, TensorData = 9;
    private const int Float = 1;

    private readonly ReadOnlyMemory<byte> _file;

    public OnnxGraph(byte[] file)
    {
        _file = file;
        foreach (var (field, graph) in Fields(_file).Where(pair => pair.Field == ModelGraph))
        {
            foreach (var (part, message) in Fields(graph))
            {
                if (part == GraphNode)
                {
                    Nodes.Add(Node(message));
                }
                else if (part == GraphInitializer && Tensor(message) is { } tensor)
                {
                    Tensors[tensor.Name] = tensor;
                }
            }
        }
    }

    public List<OnnxNode> Nodes { get; } = [];

    /// <summary>The tensors of floats by name.</summary>
    public Dictionary<string, OnnxTensor> Tensors { get; } = [];

    private static OnnxNode Node(ReadOnlyMemory<byte> message)
    {
        var fields = Fields(message).ToArray();
        return new OnnxNode(Texts(NodeKind).Single(), Texts(NodeInput), Texts(NodeOutput));

        string[] Texts(int field) =>
            [.. fields.Where(pair => pair.Field == field).Select(pair => Encoding.UTF8.GetString(pair.Value.Span))];
    }

    private static OnnxTensor? Tensor(ReadOnlyMemory<byte> message)
    {
        var fields = Fields(message).ToArray();
        return Array.Exists(fields, pair => pair.Field == TensorType && Number(pair.Value) == Float)
            ? new OnnxTensor(
                Encoding.UTF8.GetString(fields.First(pair => pair.Field == TensorName).Value.Span),
                [.. fields.Where(pair => pair.Field == TensorDimensions).Select(pair => Number(pair.Value))],
                fields.First(pair => pair.Field == TensorData).Value)
            : null;
    }

    // A number stays the bytes that it is written in.
    private static IEnumerable<(int Field, ReadOnlyMemory<byte> Value)> Fields(ReadOnlyMemory<byte> message)
    {
        while (message.Length > 0)
        {
            var key = Number(message);
            message = message[Length(message)..];
            var (start, length) = (key & 7) switch
            {
                0 => (0, Length(message)),
                1 => (0, 8),
                2 => (Length(message), (int)Number(message)),
                5 => (0, 4),
                var kind => throw new InvalidDataException($"The wire type {kind} is none."),
            };
            yield return ((int)(key >> 3), message.Slice(start, length));
            message = message[(start + length)..];
        }
    }

    private static int Length(ReadOnlyMemory<byte> message) => message.Span.IndexOfAnyInRange((byte)0, (byte)127) + 1;

    private static long Number(ReadOnlyMemory<byte> message)
    {
        var number = 0L;
        for (var place = Length(message) - 1; place >= 0; place--)
        {
            number = (number << 7) | (uint)(message.Span[place] & 127);
        }
        return number;
    }
}

internal sealed record OnnxNode(string Kind, string[] Inputs, string[] Outputs);

internal sealed record OnnxTensor(string Name, long[] Shape, ReadOnlyMemory<byte> Data);
