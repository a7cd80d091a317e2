namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The groups of a view, made while it is read.</summary>
internal sealed class GroupView(IDataView source, GroupBinding binding) : IDataView
{
    public DataViewSchema Schema => binding.Output;

    public bool CanShuffle => false;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var needed = columnsNeeded.ToList();
        var input = source.GetRowCursor(binding.Sources(needed));
        return binding.Options.Contiguous
            ? new ContiguousGroupCursor(binding, input, needed)
            : new GatheredGroupCursor(binding, input, needed);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
