using Microsoft.ML.Data;
using Microsoft.OpenApi;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>The description of a request in OpenAPI: one property per column of the model.</summary>
internal static class RequestSchema
{
    /// <summary>The body.</summary>
    public static OpenApiRequestBody Of(DataViewSchema schema, ModelDescription model)
    {
        var columns = schema.Where(column => column.Name != model.Label).ToList();
        var row = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = columns.Select(column => column.Name).ToHashSet(),
            Properties = columns.ToDictionary(column => column.Name, IOpenApiSchema (column) => column.Type switch
            {
                TextDataViewType => new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null },
                VectorDataViewType type => new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Items = new OpenApiSchema { Type = JsonSchemaType.Number },
                    Description = $"[{string.Join(", ", type.Dimensions)}], time first; 0 is any number of steps. As one list, or as a list of steps.",
                },
                _ => new OpenApiSchema { Type = JsonSchemaType.Number | JsonSchemaType.Null },
            }),
            AdditionalPropertiesAllowed = false,
        };
        var rows = new OpenApiSchema { Type = JsonSchemaType.Array, Items = row, MinItems = 1, MaxItems = RequestReader.MostRows };
        return new OpenApiRequestBody
        {
            Required = true,
            Description = "A row, or an array of rows. null is a value that is not known.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new() { Schema = new OpenApiSchema { OneOf = [row, rows] } },
            },
        };
    }
}
