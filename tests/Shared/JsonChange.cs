using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>A change of one value of a JSON document.</summary>
/// <param name="Path">The path to the value: names, and indices in lists.</param>
/// <param name="Value">The value put there, as JSON; null to take it away.</param>
public sealed record JsonChange(string[] Path, string? Value)
{
    private const int Depth = 60;

    private static readonly string[] Values =
    [
        "-1", "0", "2147483647", "2147483648", "1e308", "null", "\"x\"", "{}", "[]", "[null]", "\"NaN\"", $"\"{new string('x', 100_000)}\"",
        string.Concat(Enumerable.Repeat("[", Depth)) + string.Concat(Enumerable.Repeat("]", Depth)),
    ];

    /// <summary>The path to the value as text.</summary>
    public string Where => string.Join('.', Path);

    /// <summary>All changes of all values.</summary>
    public static IEnumerable<JsonChange> All(JsonNode root) =>
        Paths(root, []).SelectMany(path => Values.Select(value => new JsonChange(path, value)));

    /// <summary>
    /// One of all changes, or one near to what stands there: the value away, another of the document's in its place, a number beside it.
    /// </summary>
    public static JsonChange Drawn(JsonNode root, Random random)
    {
        var paths = Paths(root, []).ToArray();
        if (paths.Length == 0)
        {
            return new JsonChange([], null);
        }
        var path = paths[random.Next(paths.Length)];
        return new JsonChange(path, random.Next(6) switch
        {
            0 => null,
            1 => At(root, paths[random.Next(paths.Length)])?.ToJsonString() ?? "null",
            2 or 3 => Beside(At(root, path), random) ?? Values[random.Next(Values.Length)],
            _ => Values[random.Next(Values.Length)],
        });
    }

    /// <summary>Makes the change; does nothing if the path does not exist, as after another change.</summary>
    public void Apply(JsonNode root)
    {
        switch (Path.Length == 0 ? null : At(root, Path[..^1]))
        {
            case JsonArray list when Place(Path[^1]) is var place && place < list.Count && Value is null:
                list.RemoveAt(place);
                break;
            case JsonArray list when Place(Path[^1]) is var place && place < list.Count:
                list[place] = Parsed(Value!);
                break;
            case JsonObject fields when Value is null:
                fields.Remove(Path[^1]);
                break;
            case JsonObject fields:
                fields[Path[^1]] = Parsed(Value);
                break;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Value is null ? $"{Where} away" : $"{Where} = {(Value.Length > 40 ? Value[..40] + "..." : Value)}";

    private static JsonNode? At(JsonNode? root, string[] path) => path.Aggregate(root, (parent, name) => parent switch
    {
        JsonArray list => Place(name) is var place && place < list.Count ? list[place] : null,
        JsonObject fields => fields[name],
        _ => null,
    });

    // Changes of changes go deeper than one.
    private static JsonNode? Parsed(string value) =>
        JsonNode.Parse(value, documentOptions: new JsonDocumentOptions { MaxDepth = 10 * Depth });

    private static int Place(string name) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : int.MaxValue;

    private static string? Beside(JsonNode? node, Random random)
    {
        if (node is not JsonValue value)
        {
            return null;
        }
        if (value.TryGetValue(out bool flag))
        {
            return flag ? "false" : "true";
        }
        if (!value.TryGetValue(out double number))
        {
            return value.TryGetValue(out string? text) && text.Length > 0
                ? $"\"{JsonEncodedText.Encode(text[..random.Next(text.Length)])}\"" : null;
        }
        var beside = random.Next(7) switch
        {
            0 => number
            + 1,
            1 => number - 1,
            2 => number * 2,
            3 => -number,
            4 => number / 2,
            5 => number * 1000,
            _ => random.Next(100)
        };
        return double.IsFinite(beside) ? beside.ToString("R", CultureInfo.InvariantCulture) : null;
    }

    private static IEnumerable<string[]> Paths(JsonNode? node, string[] path) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Paths(field.Value, [.. path, field.Key])).Concat(path.Length > 0 ? [path] : []),
        JsonArray list => list.SelectMany((item, place) => Paths(item, [.. path, $"{place}"])).Append(path),
        _ => [path],
    };
}
