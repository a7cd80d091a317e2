using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Finds the columns of a ranking, with a clear message if one has another type.</summary>
internal static class RankingColumns
{
    private const string Numbers = "Number";

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public static void Check(SchemaShape schema, RankingRoles roles)
    {
        foreach (var (text, role) in Texts(roles))
        {
            CheckText(schema.Find(text, role), role);
        }
        schema.FindKnownSingles(roles.Numbers, Numbers);
        var group = schema.Find(roles.Group, "Group");
        if (!group.IsKey || group.Kind != SchemaShape.Column.VectorKind.Scalar)
        {
            throw SchemaColumns.WrongType(group.Name, "Group", "a key (use ml.Transforms.Conversion.MapValueToKey)", group.Describe());
        }
        if (roles.Teacher is { } name && schema.Find(name, "Teacher") is var teacher
            && (teacher.IsKey || teacher.ItemType != NumberDataViewType.Single || teacher.Kind != SchemaShape.Column.VectorKind.Scalar))
        {
            throw SchemaColumns.WrongType(name, "Teacher", "a Single", teacher.Describe());
        }
    }

    /// <summary>Query and document, or none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or not text.</exception>
    public static DataViewSchema.Column[] TextsOf(DataViewSchema schema, RankingRoles roles) =>
        [.. Texts(roles).Select(text => Text(schema, text.Name, text.Role))];

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public static DataViewSchema.Column[] NumbersOf(DataViewSchema schema, RankingRoles roles) =>
        schema.FindKnownSingles(roles.Numbers, Numbers);

    /// <summary>The columns of numbers of a model.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="roles">The columns of the model.</param>
    /// <param name="widths">The number of values of each column in training.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than in training.</exception>
    public static DataViewSchema.Column[] NumbersOf(DataViewSchema schema, RankingRoles roles, int[] widths)
    {
        var numbers = NumbersOf(schema, roles);
        for (var i = 0; i < numbers.Length; i++)
        {
            if (numbers[i].Width() != widths[i])
            {
                throw SchemaColumns.WrongType(
                    numbers[i].Name, Numbers, widths[i] == 1 ? "a Single, as in training" : $"a vector of {widths[i]} Single, as in training",
                    numbers[i].Type.ToString()!);
            }
        }
        return numbers;
    }

    private static (string Name, string Role)[] Texts(RankingRoles roles) =>
        roles is { Query: { } query, Document: { } document } ? [(query, "Query"), (document, "Document")] : [];

    private static DataViewSchema.Column Text(DataViewSchema schema, string name, string role)
    {
        var column = schema.Find(name, role);
        return column.Type is TextDataViewType ? column : throw SchemaColumns.WrongType(name, role, "a text", column.Type.ToString()!);
    }

    private static void CheckText(SchemaShape.Column column, string role)
    {
        if (column.ItemType != TextDataViewType.Instance || column.Kind != SchemaShape.Column.VectorKind.Scalar)
        {
            throw SchemaColumns.WrongType(column.Name, role, "a text", column.Describe());
        }
    }
}
