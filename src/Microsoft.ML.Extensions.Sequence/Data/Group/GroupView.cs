using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The groups of a view, computed while it is read.</summary>
internal sealed class GroupView(IDataView source, GroupBinding binding) : TransformView(source)
{
    public override DataViewSchema Schema => binding.Output;

    public override bool CanShuffle => false;

    protected override IEnumerable<string> Made => [binding.Options.OutputColumnName];

    public override long? GetRowCount() => null;

    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var needed = columnsNeeded.ToList();
        var input = Source.GetRowCursor(binding.Sources(needed));
        return binding.Options.Contiguous
            ? new ContiguousGroupCursor(binding, input, needed)
            : new GatheredGroupCursor(binding, input, needed);
    }

    public override DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
