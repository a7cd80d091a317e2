namespace Microsoft.ML.Extensions.Tool;

/// <summary>A column of a data file, and what it was taken for.</summary>
/// <param name="Name">The name.</param>
/// <param name="Index">Its index in the file, from 0.</param>
/// <param name="Kind">What it is to the model.</param>
/// <param name="IsText">Whether it is read as text, and not as numbers.</param>
/// <param name="Missing">Rows without a value.</param>
/// <param name="Distinct">Different values; null where there are more than are counted.</param>
/// <param name="Example">The first value.</param>
public sealed record ColumnInfo(string Name, int Index, ColumnKind Kind, bool IsText, long Missing, int? Distinct, string Example)
{
    /// <summary>Whether the model reads it.</summary>
    public bool IsFeature => Kind is ColumnKind.Number or ColumnKind.Category or ColumnKind.Text or ColumnKind.Series;

    /// <summary>Whether it is read at all.</summary>
    public bool IsRead => IsFeature || Kind is ColumnKind.Label or ColumnKind.Group;
}
