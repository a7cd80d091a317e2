namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The windows of a view, made while it is read; memory holds one window and the rows it waits for.</summary>
internal sealed class WindowView(IDataView source, WindowBinding binding) : IDataView
{
    public DataViewSchema Schema => binding.Output;

    public bool CanShuffle => false;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var needed = columnsNeeded.ToList();
        return new WindowCursor(binding, source.GetRowCursor(binding.Sources(needed)), needed);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
