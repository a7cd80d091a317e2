using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.Extensions.MLNet;

/// <summary>A view that computes the added columns of a <see cref="RowMapping"/> row by row, lazily.</summary>
internal sealed class MappedView(IDataView source, RowMapping mapping) : TransformView(source)
{
    public override DataViewSchema Schema => mapping.OutputSchema;

    public override bool CanShuffle => Source.CanShuffle;

    protected override IEnumerable<string> Made => mapping.AddedNames;

    protected override void WriteOnnx(OnnxContext context) => mapping.WriteOnnx(context);

    public override long? GetRowCount() => Source.GetRowCount();

    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var needed = columnsNeeded.ToList();
        return new Cursor(mapping, Source.GetRowCursor(mapping.GetDependencies(needed), rand), Active(needed));
    }

    public override DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        var needed = columnsNeeded.ToList();
        return Source.GetRowCursorSet(mapping.GetDependencies(needed), n, rand)
            .Select(DataViewRowCursor (cursor) => new Cursor(mapping, cursor, Active(needed)))
            .ToArray();
    }

    private bool[] Active(List<DataViewSchema.Column> needed)
    {
        var active = new bool[Schema.Count];
        foreach (var column in needed)
        {
            active[column.Index] = true;
        }
        return active;
    }

    private sealed class Cursor(RowMapping mapping, DataViewRowCursor input, bool[] active) : DataViewRowCursor
    {
        private readonly AddedGetters _added = mapping.GettersFor(input, active);

        public override DataViewSchema Schema => mapping.OutputSchema;

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override bool MoveNext() => input.MoveNext();

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            mapping.Getter<TValue>(column, input, active, _added.Getters);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _added.Dispose();
                input.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
