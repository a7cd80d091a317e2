using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Finds columns of numbers; the exceptions name what was found and what is needed.</summary>
internal static class SingleColumns
{
    private const string Singles = "Single or a vector of Single (use ml.Transforms.Conversion.ConvertType)";
    private const string KnownSingles = "Single or a vector of Single of known size (in a class [VectorType(n)])";

    /// <summary>Columns of Single, scalar or vector of any size.</summary>
    public static DataViewSchema.Column[] FindSingles(this DataViewSchema schema, string[] names, string role) =>
        [.. names.Select(name => Checked(schema.Find(name, role), role))];

    /// <summary>Columns of Single, scalar or vector of known size.</summary>
    public static DataViewSchema.Column[] FindKnownSingles(this DataViewSchema schema, string[] names, string role)
    {
        var columns = schema.FindSingles(names, role);
        foreach (var column in columns.Where(column => column.Width() == 0))
        {
            throw SchemaColumns.WrongType(column.Name, role, KnownSingles, column.Type.ToString()!);
        }
        return columns;
    }

    /// <inheritdoc cref="FindSingles(DataViewSchema, string[], string)"/>
    public static SchemaShape.Column[] FindSingles(this SchemaShape schema, string[] names, string role) =>
        [.. names.Select(name => Checked(schema.Find(name, role), role))];

    /// <inheritdoc cref="FindKnownSingles(DataViewSchema, string[], string)"/>
    public static SchemaShape.Column[] FindKnownSingles(this SchemaShape schema, string[] names, string role)
    {
        var columns = schema.FindSingles(names, role);
        foreach (var column in columns.Where(column => column.Kind == VectorKind.VariableVector))
        {
            throw SchemaColumns.WrongType(column.Name, role, KnownSingles, column.Describe());
        }
        return columns;
    }

    /// <summary>The number of values in a row: 1 for a scalar, 0 where rows differ.</summary>
    public static int Width(this DataViewSchema.Column column) => column.Type is VectorDataViewType vector ? vector.Size : 1;

    /// <summary>The number of values of all these columns in a row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more than a row may have.</exception>
    public static int Width(this IEnumerable<DataViewSchema.Column> columns) => SizeLimits.OfColumn(
        $"A row of columns {string.Join(" + ", columns.Select(column => $"'{column.Name}'").Take(3))}", SizeLimits.MaxValues,
            "Take fewer columns.",
        columns.Sum(column => (long)column.Width()));

    private static DataViewSchema.Column Checked(DataViewSchema.Column column, string role) =>
        column.Type.ItemType() == NumberDataViewType.Single
            ? column
            : throw SchemaColumns.WrongType(column.Name, role, Singles, column.Type.ToString()!);

    private static SchemaShape.Column Checked(SchemaShape.Column column, string role) =>
        column.ItemType == NumberDataViewType.Single && !column.IsKey
            ? column
            : throw SchemaColumns.WrongType(column.Name, role, Singles, column.Describe());
}
