namespace Microsoft.ML.Extensions.MLNet;

/// <summary>Finds columns; the exceptions name what was found and what is needed.</summary>
internal static class SchemaColumns
{
    /// <exception cref="ArgumentOutOfRangeException">There is no such column; the message lists those there are.</exception>
    public static DataViewSchema.Column Find(this DataViewSchema schema, string name, string role) =>
        schema.GetColumnOrNull(name) ?? throw Missing(name, role, schema.Where(c => !c.IsHidden).Select(c => c.Name));

    /// <exception cref="ArgumentOutOfRangeException">There is no such column; the message lists those there are.</exception>
    public static SchemaShape.Column Find(this SchemaShape schema, string name, string role) =>
        schema.TryFindColumn(name, out var column) ? column : throw Missing(name, role, schema.Select(c => c.Name));

    /// <summary>The exception for a column of the wrong type.</summary>
    public static ArgumentOutOfRangeException WrongType(string name, string role, string expected, string got) =>
        new("schema", $"{role} column '{name}' must be {expected}, got {got}.");

    /// <summary>The column's type in a few words, for messages.</summary>
    public static string Describe(this SchemaShape.Column column) =>
        $"{(column.Kind == SchemaShape.Column.VectorKind.Scalar ? "" : "a vector of ")}{(column.IsKey ? "key " : "")}{column.ItemType}";

    private static ArgumentOutOfRangeException Missing(string name, string role, IEnumerable<string> present) =>
        new("schema", $"{role} column '{name}' was not found; the columns are {string.Join(", ", present.Distinct().Select(n => $"'{n}'"))}.");
}
