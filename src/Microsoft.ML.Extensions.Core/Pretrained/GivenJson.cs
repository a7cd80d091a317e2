using System.Text.Json;

namespace Microsoft.ML.Extensions.Pretrained;

/// <summary>JSON files as users have them.</summary>
internal static class GivenJson
{
    /// <summary>The object that a file holds; every text in it can be read.</summary>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    /// <exception cref="FormatException">It holds no JSON object; the message names it.</exception>
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

    // Half a surrogate pair passes the parser and fails where the text is read.
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
