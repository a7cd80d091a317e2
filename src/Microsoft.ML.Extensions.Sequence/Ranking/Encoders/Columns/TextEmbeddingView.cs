using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Data with vectors of its texts: rows are read ahead, so that an encoder has many texts at once.</summary>
internal sealed class TextEmbeddingView(IDataView source, TextEmbeddingMapping mapping) : TransformView(source)
{
    public override DataViewSchema Schema => mapping.OutputSchema;

    public override bool CanShuffle => Source.CanShuffle;

    protected override IEnumerable<string> Made => mapping.AddedNames;

    public override long? GetRowCount() => Source.GetRowCount();

    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var needed = columnsNeeded.ToList();
        return needed.TrueForAll(column => mapping.AddedIndex(column) < 0)
            ? new MappedView(Source, mapping).GetRowCursor(needed, rand)
            : new TextEmbeddingCursor(mapping, Source.GetRowCursor(mapping.GetDependencies(needed), rand), needed);
    }

    public override DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
