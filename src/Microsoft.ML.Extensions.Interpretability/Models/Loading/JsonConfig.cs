using System.Text.Json;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The <c>config.json</c> of a model's folder.</summary>
internal sealed class JsonConfig
{
    public const string FileName = "config.json";

    private readonly string _path;
    private readonly JsonElement _root;

    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="FormatException">It is no JSON object.</exception>
    public JsonConfig(string folder)
    {
        _path = Path.Combine(folder, FileName);
        if (!File.Exists(_path))
        {
            throw new FileNotFoundException($"'{folder}' holds no '{FileName}'; give the folder of a model.", _path);
        }
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(_path));
            _root = document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new FormatException($"'{_path}' is no JSON: {e.Message}", e);
        }
        if (_root.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"'{_path}' is no JSON object.");
        }
    }

    public string ModelType => Text("model_type") ?? throw Wrong("model_type", "missing");

    /// <summary>The first of these names that is there and not null.</summary>
    public JsonElement? Find(params string[] names)
    {
        foreach (var name in names)
        {
            if (_root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null)
            {
                return value;
            }
        }
        return null;
    }

    public string? Text(string name) => Read(name, value => value.GetString());

    public bool Flag(string name, bool otherwise) => Read(name, value => (bool?)value.GetBoolean()) ?? otherwise;

    public double Number(string name, double otherwise) => Read(name, value => (double?)value.GetDouble()) ?? otherwise;

    /// <summary>An integer under the first of these names that is there.</summary>
    public int Integer(params string[] names) =>
        names.Select(name => Read(name, value => (int?)value.GetInt32())).FirstOrDefault(value => value is not null) ?? throw Wrong(names[0], "missing");

    public int? OptionalInteger(string name) => Read(name, value => (int?)value.GetInt32());

    public FormatException Wrong(string name, string what) => new($"'{name}' of '{_path}' is {what}.");

    private T? Read<T>(string name, Func<JsonElement, T?> read)
    {
        try
        {
            return Find(name) is { } value ? read(value) : default;
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw Wrong(name, $"{Find(name)}, which is of another kind");
        }
    }
}
