namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The handling of a column, neither time nor value, that varies within a group.</summary>
public enum VaryingColumns
{
    /// <summary>An exception that names the column and the group, when the column is read.</summary>
    Error,

    /// <summary>The value of the group's first row is used.</summary>
    KeepFirst,
}
