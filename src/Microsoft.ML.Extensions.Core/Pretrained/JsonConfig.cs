using System.Text.Json;

namespace Microsoft.ML.Extensions.Pretrained;

/// <summary>The <c>config.json</c> of a model's folder.</summary>
internal sealed class JsonConfig
{
    public const string FileName = "config.json";

    private readonly JsonElement _root;

    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="FormatException">It is no JSON object.</exception>
    public JsonConfig(string folder)
    {
        Path = System.IO.Path.Combine(folder, FileName);
        if (!File.Exists(Path))
        {
            throw new FileNotFoundException(
                File.Exists(folder) ? $"'{folder}' is a file; give the folder that holds it."
                    : $"'{folder}' holds no '{FileName}'; give the folder of a model.", Path);
        }
        _root = GivenJson.ReadObject(Path);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    public string ModelType => Text("model_type") ?? throw Wrong("model_type", "missing");

    /// <summary>The settings by name; the last one where a name occurs twice, as in Python.</summary>
    public IEnumerable<KeyValuePair<string, JsonElement>> Settings =>
        _root.EnumerateObject().GroupBy(property => property.Name).Select(group => KeyValuePair.Create(group.Key, group.Last().Value));

    /// <summary>The setting, if it is present and not null.</summary>
    public JsonElement? Find(string name) =>
        _root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string? Text(string name) => Read(name, value => value.GetString(), "a text");

    /// <exception cref="FormatException">It is neither true nor false, or is null where null differs from the default.</exception>
    public bool Flag(string name, bool otherwise) =>
        otherwise && _root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Null
            ? throw Wrong(name, "null; allowed are true and false")
            : Read(name, value => (bool?)value.GetBoolean(), "true or false") ?? otherwise;

    public double Number(string name, double otherwise) => Read(name, value => (double?)value.GetDouble(), "a number") ?? otherwise;

    /// <summary>An integer that may have any of these names.</summary>
    /// <exception cref="FormatException">None is present, or they differ.</exception>
    public int Integer(params string[] names) => OptionalInteger(names) ?? throw Wrong(names[0], "missing");

    public int? OptionalInteger(params string[] names)
    {
        var found = names.Select(
            name => (Name: name, Value: Read(name, value => (int?)value.GetInt32(), $"an integer of at most {int.MaxValue}")))
            .Where(pair => pair.Value is not null).ToArray();
        return Array.Find(found, pair => pair.Value != found[0].Value) is { Name: { } other } second
            ? throw Wrong(other, $"{second.Value}, and '{found[0].Name}' is {found[0].Value}; they are two names of the same setting")
            : found.FirstOrDefault().Value;
    }

    public FormatException Wrong(string name, string what) => new($"'{name}' of '{Path}' is {what}.");

    public FormatException Wrong(string what) => new($"'{Path}' {what}.");

    private T? Read<T>(string name, Func<JsonElement, T?> read, string allowed)
    {
        try
        {
            return Find(name) is { } value ? read(value) : default;
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw Wrong(name, $"{ConfigKeys.Short(Find(name)!.Value)}, which is of another kind; allowed is {allowed}");
        }
    }
}
