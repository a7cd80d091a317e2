using System.Text.Json.Nodes;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>A change of one value of a JSON document, such as a stranger makes to see what breaks.</summary>
/// <param name="Path">The way to the value: names, and places in lists.</param>
/// <param name="Value">The value put there, as JSON.</param>
internal sealed record JsonChange(string[] Path, string Value)
{
    private const int Depth = 60;

    private static readonly string[] Values =
    [
        "-1", "0", "2147483647", "2147483648", "1e308", "null", "\"x\"", "{}", "[]", "[null]", "\"NaN\"", $"\"{new string('x', 100_000)}\"",
        string.Concat(Enumerable.Repeat("[", Depth)) + string.Concat(Enumerable.Repeat("]", Depth)),
    ];

    public string Where => string.Join('.', Path);

    /// <summary>All changes of all values.</summary>
    public static IEnumerable<JsonChange> All(JsonNode root) =>
        Paths(root, []).SelectMany(path => Values.Select(value => new JsonChange(path, value)));

    public void Apply(JsonNode root)
    {
        var parent = Path[..^1].Aggregate(root, Child);
        if (parent is JsonArray list)
        {
            list[int.Parse(Path[^1], System.Globalization.CultureInfo.InvariantCulture)] = JsonNode.Parse(Value);
        }
        else
        {
            parent[Path[^1]] = JsonNode.Parse(Value);
        }
    }

    public override string ToString() => $"{Where} = {(Value.Length > 40 ? Value[..40] + "..." : Value)}";

    private static JsonNode Child(JsonNode parent, string name) =>
        (parent is JsonArray list ? list[int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)] : parent[name])!;

    private static IEnumerable<string[]> Paths(JsonNode? node, string[] path) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Paths(field.Value, [.. path, field.Key])).Concat(path.Length > 0 ? [path] : []),
        JsonArray list => list.SelectMany((item, place) => Paths(item, [.. path, $"{place}"])).Append(path),
        _ => [path],
    };
}
