using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>Rows in memory, with columns that only the running program knows: numbers (Single) and texts.</summary>
internal sealed class TableView : IDataView
{
    private readonly Array[] _columns;
    private readonly long _rows;

    /// <param name="columns">The names with their values, float[] or string[], all of one length.</param>
    public TableView(IReadOnlyList<(string Name, Array Values)> columns)
    {
        var schema = new DataViewSchema.Builder();
        foreach (var (name, values) in columns)
        {
            schema.AddColumn(name, values is float[]? NumberDataViewType.Single : TextDataViewType.Instance);
        }
        (Schema, _columns) = (schema.ToSchema(), [.. columns.Select(column => column.Values)]);
        _rows = _columns.Length == 0 ? 0 : _columns[0].Length;
    }

    public bool CanShuffle => false;

    public DataViewSchema Schema { get; }

    public long? GetRowCount() => _rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(TableView view, IEnumerable<DataViewSchema.Column> columnsNeeded) : DataViewRowCursor
    {
        private readonly HashSet<int> _needed = [.. columnsNeeded.Select(column => column.Index)];
        private long _position = -1;

        public override long Position => _position;

        public override long Batch => 0;

        public override DataViewSchema Schema => view.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => _needed.Contains(column.Index);

        public override bool MoveNext()
        {
            var isRow = _position >= -1 && _position + 1 < view._rows;
            _position = isRow ? _position + 1 : -2;
            return isRow;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId value) => value = new DataViewRowId((ulong)At(), 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            (Delegate)(view._columns[column.Index] switch
            {
                float[] numbers => (ValueGetter<float>)((ref float value) => value = numbers[At()]),
                var texts => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = ((string[])texts)[At()].AsMemory()),
            }) as ValueGetter<TValue> ?? throw new InvalidOperationException(
                $"Column '{column.Name}' is {column.Type}, and was asked for as {typeof(TValue)}.");

        private int At() => _position >= 0 ? (int)_position : throw new InvalidOperationException("The cursor is at no row; call MoveNext.");
    }
}
