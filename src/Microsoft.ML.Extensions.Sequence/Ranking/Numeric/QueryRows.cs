using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The rows of some queries.</summary>
/// <param name="source">All rows.</param>
/// <param name="group">The key of the query.</param>
/// <param name="wanted">Which queries.</param>
internal sealed class QueryRows(IDataView source, string group, Func<ulong, bool> wanted) : IDataView
{
    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var needed = columnsNeeded.ToList();
        return new Cursor(source.GetRowCursor([.. needed, GroupReader.Find(Schema, group)]), group, wanted, needed);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewRowCursor input, string group, Func<ulong, bool> wanted, IEnumerable<DataViewSchema.Column> needed)
        : DataViewRowCursor
    {
        private readonly HashSet<int> _active = [.. needed.Select(column => column.Index)];
        private readonly RowGroup _query = GroupReader.Create(input, group);
        private long _position = -1;

        public override DataViewSchema Schema => input.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            while (input.MoveNext())
            {
                if (wanted(_query()))
                {
                    _position++;
                    return true;
                }
            }
            _position = -1;
            return false;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => input.GetGetter<TValue>(column);

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
