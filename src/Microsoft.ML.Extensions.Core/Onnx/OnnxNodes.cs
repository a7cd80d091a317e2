namespace Microsoft.ML.Extensions.Onnx;

/// <summary>Operators as NodeProto of onnx.proto.</summary>
internal static class OnnxNodes
{
    private const int AttributeType = 20;

    public static ProtoMessage Node(string name, string type, OnnxValue[] inputs, OnnxValue[] outputs, (string Name, object Value)[] attributes)
    {
        var node = new ProtoMessage();
        foreach (var input in inputs)
        {
            node.Add(1, input.Name);
        }
        foreach (var output in outputs)
        {
            node.Add(2, output.Name);
        }
        return AddAttributes(node.Add(3, name).Add(4, type), attributes);
    }

    /// <summary>Adds attributes to a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="attributes">Names with a long, float, string, or an array of longs or strings, or a tensor.</param>
    public static ProtoMessage AddAttributes(ProtoMessage node, (string Name, object Value)[] attributes)
    {
        foreach (var (name, value) in attributes)
        {
            node.Add(5, Attribute(name, value));
        }
        return node;
    }

    /// <summary>The attribute <c>body</c>.</summary>
    public static ProtoMessage Body(ProtoMessage graph) => new ProtoMessage().Add(1, "body").Add(6, graph).Add(AttributeType, 5L);

    private static ProtoMessage Attribute(string name, object value)
    {
        var attribute = new ProtoMessage().Add(1, name);
        switch (value)
        {
            case float number:
                return attribute.Add(2, number).Add(AttributeType, 1L);
            case long number:
                return attribute.Add(3, number).Add(AttributeType, 2L);
            case ProtoMessage tensor:
                return attribute.Add(5, tensor).Add(AttributeType, 4L);
            case string text:
                return attribute.Add(4, text).Add(AttributeType, 3L);
            case long[] numbers:
                Array.ForEach(numbers, number => attribute.Add(8, number));
                return attribute.Add(AttributeType, 7L);
            case string[] texts:
                Array.ForEach(texts, text => attribute.Add(9, text));
                return attribute.Add(AttributeType, 8L);
            default:
                throw new ArgumentException($"Attribute '{name}' is a {value.GetType()}.", nameof(value));
        }
    }
}
