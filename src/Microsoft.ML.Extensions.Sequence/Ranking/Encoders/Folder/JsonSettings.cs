using System.Globalization;
using System.Text.Json;
using Microsoft.ML.Extensions.Pretrained;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Reads settings of a JSON file in a model's folder. A setting of the wrong type is refused by its name; null counts as missing.
/// </summary>
internal sealed class JsonSettings
{
    private readonly string _path;
    private readonly string _part;
    private readonly JsonElement _root;

    /// <exception cref="FormatException">The file is no JSON object.</exception>
    public JsonSettings(string path)
        : this(path, "", GivenJson.ReadObject(path))
    {
    }

    private JsonSettings(string path, string part, JsonElement root) => (_path, _part, _root) = (path, part, root);

    /// <summary>The object under a name.</summary>
    public JsonSettings Part(string name) => Find(name) is { ValueKind: JsonValueKind.Object } part ? new JsonSettings(_path, $"{_part}{name}.", part)
        : throw Wrong(name, Find(name), "an object");

    public bool? OptionalFlag(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True or JsonValueKind.False } flag => flag.GetBoolean(),
        var other => throw Wrong(name, other, "true or false"),
    };

    public double? OptionalNumber(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number => number.GetDouble(),
        var other => throw Wrong(name, other, "a number"),
    };

    public string? OptionalText(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        var other => throw Wrong(name, other, "a text"),
    };

    /// <summary>The text under a name of an object under a name.</summary>
    public string Text(string part, string name) => Part(part).OptionalText(name) ?? throw Wrong($"{part}.{name}", null, "a text");

    /// <exception cref="FormatException">The setting is present and is another number.</exception>
    public void Allow(string name, double value)
    {
        if (OptionalNumber(name) is { } found && found != value)
        {
            throw Wrong(name, Find(name), value.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <exception cref="FormatException">The setting is present and has the other value.</exception>
    public void Allow(string name, bool value)
    {
        if (OptionalFlag(name) is { } found && found != value)
        {
            throw Wrong(name, Find(name), value ? "true" : "false");
        }
    }

    /// <exception cref="FormatException">The setting is present and is none of these.</exception>
    public void Allow(string name, IReadOnlyList<string> values)
    {
        if (OptionalText(name) is { } found && !values.Contains(found))
        {
            throw Wrong(name, Find(name), string.Join(" or ", values.Select(value => $"\"{value}\"")));
        }
    }

    /// <exception cref="FormatException">The setting is not this text.</exception>
    public void Require(string name, string value)
    {
        if (OptionalText(name) != value)
        {
            throw Wrong(name, Find(name), $"\"{value}\"");
        }
    }

    /// <exception cref="FormatException">The setting is present and not empty.</exception>
    public void AllowEmpty(string name)
    {
        if (Find(name) is { } found && !(found.ValueKind == JsonValueKind.Array && found.GetArrayLength() == 0))
        {
            throw Wrong(name, found, "none");
        }
    }

    /// <summary>Checks a token, which is a string or an object with a string as its content.</summary>
    /// <exception cref="FormatException">The setting is present and is another token.</exception>
    public void AllowToken(string name, string token)
    {
        if (Find(name) is { ValueKind: JsonValueKind.Object })
        {
            Part(name).Require("content", token);
        }
        else
        {
            Allow(name, [token]);
        }
    }

    /// <summary>The names of the settings that are true.</summary>
    public IEnumerable<string> True => _root.EnumerateObject().Where(property => property.Value.ValueKind == JsonValueKind.True).Select(property => property.Name);

    /// <summary>The message about a setting whose value is not allowed.</summary>
    public FormatException Wrong(string name, string allowed) => Wrong(name, Find(name), allowed);

    private FormatException Wrong(string name, JsonElement? found, string allowed) =>
        new($"'{_part}{name}' of '{_path}' is {(found is { } value ? ConfigKeys.Short(value) : "missing")}; allowed is {allowed}.");

    private JsonElement? Find(string name) => _root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
