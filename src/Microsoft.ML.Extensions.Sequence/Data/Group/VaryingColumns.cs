namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What happens where a column that is neither time nor value differs among the rows of a group.</summary>
public enum VaryingColumns
{
    /// <summary>An exception that names the column and the group, when the column is read.</summary>
    Error,

    /// <summary>The group's row that comes first in the data counts.</summary>
    KeepFirst,
}
