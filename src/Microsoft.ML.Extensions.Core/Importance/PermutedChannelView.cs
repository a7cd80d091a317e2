using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Importance;

/// <summary>Data in which one part of each row comes from another row.</summary>
/// <remarks>Read by one cursor, in the order in which <see cref="ChannelRows"/> was read.</remarks>
internal sealed class PermutedChannelView(IDataView source, ChannelRows rows, PermutedPart part, int[] donors) : IDataView
{
    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(source.GetRowCursor(columnsNeeded), rows, part, donors);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewRowCursor input, ChannelRows rows, PermutedPart part, int[] donors) : DataViewRowCursor
    {
        private int _row = -1;

        public override DataViewSchema Schema => input.Schema;

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override bool MoveNext()
        {
            _row++;
            return input.MoveNext();
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => input.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (column.Index != rows.Column.Index)
            {
                return input.GetGetter<TValue>(column);
            }
            ValueGetter<VBuffer<float>> getter = (ref VBuffer<float> value) =>
            {
                var editor = VBufferEditor.Create(ref value, rows.Length(_row));
                rows.Mix(_row, donors[_row], part, editor.Values);
                value = editor.Commit();
            };
            return MLNet.RowMapping.Typed<TValue>(column, getter);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                input.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
