namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A view of one row with one column.</summary>
internal sealed class OneValueView<T>(DataViewSchema schema, T value) : IDataView
{
    public DataViewSchema Schema => schema;

    public bool CanShuffle => false;

    private T Value => value;

    public long? GetRowCount() => 1;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, [.. columnsNeeded]);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(OneValueView<T> view, DataViewSchema.Column[] needed) : TableCursor(view.Schema, needed)
    {
        private readonly OneValueView<T> _view = view;
        private bool _isRead;

        protected override bool Advance()
        {
            var advances = !_isRead;
            _isRead = true;
            return advances;
        }

        protected override Delegate Getter(int column) => (ValueGetter<T>)((ref T target) => target = _view.Value);
    }
}
