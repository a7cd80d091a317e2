using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The windows of a view, computed while it is read; memory holds one window and the rows it needs after it.</summary>
internal sealed class WindowView(IDataView source, WindowBinding binding) : TransformView(source)
{
    public override DataViewSchema Schema => binding.Output;

    public override bool CanShuffle => false;

    protected override IEnumerable<string> Made => [binding.Options.OutputColumnName];

    public override long? GetRowCount() => null;

    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var needed = columnsNeeded.ToList();
        return new WindowCursor(binding, Source.GetRowCursor(binding.Sources(needed)), needed);
    }

    public override DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
