using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A query paired with each of some documents, as rows for a model.</summary>
internal sealed class QueryDocuments(DataViewSchema schema, string query, IReadOnlyList<string> documents) : IDataView
{
    public DataViewSchema Schema => schema;

    public bool CanShuffle => false;

    /// <summary>A schema of two columns of text.</summary>
    public static DataViewSchema SchemaOf(string queryColumnName, string documentColumnName)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(queryColumnName, TextDataViewType.Instance);
        builder.AddColumn(documentColumnName, TextDataViewType.Instance);
        return builder.ToSchema();
    }

    public long? GetRowCount() => documents.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(this, [.. columnsNeeded]);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(QueryDocuments view, DataViewSchema.Column[] needed) : TableCursor(view.Schema, needed)
    {
        private readonly QueryDocuments _view = view;
        private int _row = -1;

        protected override bool Advance() => ++_row < _view.Rows.Count;

        protected override Delegate Getter(int column) => column == 0
            ? (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> text) => text = _view.Query.AsMemory())
            : (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> text) => text = _view.Rows[_row].AsMemory());
    }

    private string Query => query;

    private IReadOnlyList<string> Rows => documents;
}
