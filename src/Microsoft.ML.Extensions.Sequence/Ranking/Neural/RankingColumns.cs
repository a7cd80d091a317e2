using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Finds the columns of a ranking, with a clear message if one has another type.</summary>
internal static class RankingColumns
{
    private const string Numbers = "Number";

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public static void Check(SchemaShape schema, NeuralRankingOptions options)
    {
        CheckText(schema.Find(options.QueryColumnName, "Query"), "Query");
        CheckText(schema.Find(options.FeatureColumnName, "Document"), "Document");
        schema.FindKnownSingles(options.NumberColumnNames, Numbers);
        var group = schema.Find(options.GroupColumnName!, "Group");
        if (!group.IsKey || group.Kind != SchemaShape.Column.VectorKind.Scalar)
        {
            throw SchemaColumns.WrongType(group.Name, "Group", "a key (use ml.Transforms.Conversion.MapValueToKey)", group.Describe());
        }
        if (options.TeacherColumnName is { } name && schema.Find(name, "Teacher") is var teacher
            && (teacher.IsKey || teacher.ItemType != NumberDataViewType.Single || teacher.Kind != SchemaShape.Column.VectorKind.Scalar))
        {
            throw SchemaColumns.WrongType(name, "Teacher", "a Single", teacher.Describe());
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">The column is missing or not text.</exception>
    public static DataViewSchema.Column Text(DataViewSchema schema, string name, string role)
    {
        var column = schema.Find(name, role);
        return column.Type is TextDataViewType ? column : throw SchemaColumns.WrongType(name, role, "a text", column.Type.ToString()!);
    }

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public static DataViewSchema.Column[] NumbersOf(DataViewSchema schema, NeuralRankingOptions options) =>
        schema.FindKnownSingles(options.NumberColumnNames, Numbers);

    private static void CheckText(SchemaShape.Column column, string role)
    {
        if (column.ItemType != TextDataViewType.Instance || column.Kind != SchemaShape.Column.VectorKind.Scalar)
        {
            throw SchemaColumns.WrongType(column.Name, role, "a text", column.Describe());
        }
    }
}
