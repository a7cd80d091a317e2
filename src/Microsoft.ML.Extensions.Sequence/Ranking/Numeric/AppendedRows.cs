using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The rows of several views with the same columns, one view after the other.</summary>
/// <param name="parts">The views; the schema is that of the first.</param>
internal sealed class AppendedRows(IReadOnlyList<IDataView> parts) : IDataView
{
    public DataViewSchema Schema => parts[0].Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(parts, [.. columnsNeeded]);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(IReadOnlyList<IDataView> parts, DataViewSchema.Column[] needed) : DataViewRowCursor
    {
        private readonly HashSet<int> _active = [.. needed.Select(column => column.Index)];
        private DataViewRowCursor? _current;
        private int _part = -1;
        private long _position = -1;

        public override DataViewSchema Schema => parts[0].Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            while (_current?.MoveNext() != true)
            {
                _current?.Dispose();
                _current = null;
                if (_part + 1 >= parts.Count)
                {
                    _position = -1;
                    return false;
                }
                var next = parts[++_part];
                _current = next.GetRowCursor([.. needed.Select(column => next.Schema[column.Name])]);
            }
            _position++;
            return true;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, (ulong)_part);

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            ValueGetter<TValue>? getter = null;
            var part = -1;
            return (ref TValue value) =>
            {
                if (_current is null)
                {
                    throw new InvalidOperationException("The cursor is not on a row: call MoveNext, and read while it returns true.");
                }
                if (part != _part)
                {
                    (getter, part) = (_current.GetGetter<TValue>(_current.Schema[column.Name]), _part);
                }
                getter!(ref value);
            };
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _current?.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
