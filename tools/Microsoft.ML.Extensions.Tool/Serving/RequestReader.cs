using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Samples;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>Reads the rows of a request: an object with a property per column, or an array of such objects.</summary>
/// <param name="schema">The columns that the model was trained on.</param>
/// <param name="model">What they are to the model.</param>
internal sealed class RequestReader(DataViewSchema schema, ModelDescription model)
{
    /// <summary>Most rows of a request.</summary>
    public const int MostRows = 1000;

    /// <summary>The values of each row, in the order of the schema.</summary>
    /// <exception cref="BadRequestException">The body is no row of this model; the message says what is wrong.</exception>
    public IReadOnlyList<IReadOnlyList<object>> Rows(JsonElement body)
    {
        if (body.ValueKind == JsonValueKind.Object)
        {
            return [Row(body, "the body")];
        }
        if (body.ValueKind != JsonValueKind.Array)
        {
            throw new BadRequestException($"The body is {Kind(body)}, expected an object with the columns {string.Join(", ", model.FeatureNames)}, or an array of them.");
        }
        var count = body.GetArrayLength();
        return count is > 0 and <= MostRows ? [.. body.EnumerateArray().Select((row, index) => Row(row, $"row {index}"))]
            : throw new BadRequestException($"The body has {count} rows; allowed are 1 to {MostRows}.");
    }

    private IReadOnlyList<object> Row(JsonElement row, string place)
    {
        if (row.ValueKind != JsonValueKind.Object)
        {
            throw new BadRequestException($"{place} is {Kind(row)}, expected an object with the columns {string.Join(", ", model.FeatureNames)}.");
        }
        var given = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in row.EnumerateObject())
        {
            if (model.Columns.All(column => column.Name != property.Name))
            {
                throw new BadRequestException($"{place}: the model has no column '{property.Name}'; the nearest are "
                    + $"{string.Join(", ", NearestNames.Of(property.Name, model.FeatureNames))}.");
            }
            if (!given.Add(property.Name))
            {
                throw new BadRequestException($"{place}: '{property.Name}' is there twice.");
            }
        }
        return [.. schema.Select(column => Value(row, column, place))];
    }

    private object Value(JsonElement row, DataViewSchema.Column column, string place)
    {
        var isFound = row.TryGetProperty(column.Name, out var value);
        // A row to predict has no label.
        if (column.Name == model.Label)
        {
            return column.Type is TextDataViewType ? "" : float.NaN;
        }
        if (!isFound)
        {
            throw new BadRequestException($"{place}: '{column.Name}' is missing; write null where its value is not known.");
        }
        return column.Type switch
        {
            TextDataViewType => value.ValueKind switch
            {
                JsonValueKind.String => value.GetString()!,
                JsonValueKind.Null => "",
                _ => throw Wrong(place, column, value, "a text or null"),
            },
            VectorDataViewType type => Series(value, type, column, place),
            _ => value.ValueKind == JsonValueKind.Null ? float.NaN : Number(value) ?? throw Wrong(place, column, value, "a finite number or null"),
        };
    }

    // [T, C] as one list, time first, or as a list of steps.
    private static float[] Series(JsonElement value, VectorDataViewType type, DataViewSchema.Column column, string place)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Wrong(place, column, value, "an array of numbers, or of arrays of numbers, one for each step");
        }
        var numbers = new List<float>();
        foreach (var step in value.EnumerateArray())
        {
            IEnumerable<JsonElement> values = step.ValueKind == JsonValueKind.Array ? step.EnumerateArray() : [step];
            numbers.AddRange(values.Select(number => Number(number) ?? throw Wrong(place, column, number, "numbers")));
        }
        return type.Size == 0 || numbers.Count == type.Size ? [.. numbers]
            : throw new BadRequestException($"{place}: '{column.Name}' has {numbers.Count} values, expected {type.Size} ([{string.Join(", ", type.Dimensions)}]).");
    }

    private static float? Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var number) && float.IsFinite(number) ? number : null;

    private static BadRequestException Wrong(string place, DataViewSchema.Column column, JsonElement value, string expected) =>
        new($"{place}: '{column.Name}' is {Kind(value)}, expected {expected}.");

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "the text " + value.GetRawText(),
        JsonValueKind.Null => "null",
        _ => value.GetRawText(),
    };
}

/// <summary>A request that cannot be answered; the message says why.</summary>
internal sealed class BadRequestException(string message) : Exception(message);
