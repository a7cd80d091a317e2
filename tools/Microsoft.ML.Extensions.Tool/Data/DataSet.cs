namespace Microsoft.ML.Extensions.Tool;

/// <summary>A data file that was read.</summary>
/// <param name="Path">The file.</param>
/// <param name="View">Its rows that have a label, where one is asked for.</param>
/// <param name="Columns">All columns of the file, in its order.</param>
/// <param name="Label">The label's name; null where the file has none.</param>
/// <param name="Group">The name of the column that groups rows; null for none.</param>
/// <param name="Rows">Rows of the view.</param>
/// <param name="WithoutLabel">Rows that were left out, since they have no label.</param>
public sealed record DataSet(
    string Path, IDataView View, IReadOnlyList<ColumnInfo> Columns, string? Label, string? Group, int Rows, int WithoutLabel)
{
    /// <summary>The columns that a model reads.</summary>
    public IEnumerable<ColumnInfo> Features => Columns.Where(column => column.IsFeature);

    /// <summary>Whether the file holds series, and no table.</summary>
    public bool IsSeries => Columns.Any(column => column.Kind == ColumnKind.Series);

    /// <summary>Some of its rows.</summary>
    public DataSet Take(bool[] keeps) => this with { View = new RowsView(View, keeps), Rows = keeps.Count(keep => keep) };
}
