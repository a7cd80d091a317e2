using System.Text.Json;

namespace Microsoft.ML.Extensions.Pretrained;

/// <summary>Reads JSON files that users provide.</summary>
internal static class GivenJson
{
    /// <summary>The JSON object in a file; all of its strings can be read.</summary>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    /// <exception cref="FormatException">The file holds no JSON object; the message names it.</exception>
    public static JsonElement ReadObject(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(GivenFile.ReadText(path));
            CheckTexts(document.RootElement);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw new FormatException($"'{path}' is no JSON object.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"'{path}' is no JSON: {e.Message}", e);
        }
    }

    // The parser accepts half a surrogate pair, and reading the string then fails.
    private static void CheckTexts(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    _ = property.Name;
                    CheckTexts(property.Value);
                }
                break;
            case JsonValueKind.Array:
                foreach (var element in value.EnumerateArray())
                {
                    CheckTexts(element);
                }
                break;
            case JsonValueKind.String:
                _ = value.GetString();
                break;
        }
    }
}
