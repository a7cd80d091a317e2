using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>The scored data: rows are read ahead so that one pass of the network serves many of them.</summary>
internal sealed class BatchedView(IDataView source, NetworkMapping mapping) : TransformView(source)
{
    public override DataViewSchema Schema => mapping.OutputSchema;

    public override bool CanShuffle => Source.CanShuffle;

    protected override IEnumerable<string> Made => mapping.AddedNames;

    public override long? GetRowCount() => Source.GetRowCount();

    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var needed = columnsNeeded.ToList();
        if (needed.TrueForAll(column => mapping.AddedIndex(column) < 0))
        {
            return new MappedView(Source, mapping).GetRowCursor(needed, rand);
        }
        return new BatchedCursor(mapping, mapping.Rent(), Source.GetRowCursor(mapping.GetDependencies(needed), rand), needed);
    }

    public override DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
