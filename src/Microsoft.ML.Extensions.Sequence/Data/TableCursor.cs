using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The base of cursors whose rows do not correspond one-to-one to those of another cursor.</summary>
internal abstract class TableCursor(DataViewSchema schema, IReadOnlyCollection<DataViewSchema.Column> needed) : DataViewRowCursor
{
    private readonly HashSet<int> _active = [.. needed.Select(column => column.Index)];
    private long _position = -1;
    private bool _ended;

    public override DataViewSchema Schema => schema;

    public override long Position => _position;

    public override long Batch => 0;

    public override bool MoveNext()
    {
        if (_ended || !Advance())
        {
            _ended = true;
            _position = -1;
            return false;
        }
        _position++;
        return true;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

    public override ValueGetter<DataViewRowId> GetIdGetter() =>
        (ref DataViewRowId id) => id = new DataViewRowId((ulong)CheckedPosition(), 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
        {
            throw new InvalidOperationException($"Column '{column.Name}' was not requested when the cursor was created.");
        }
        var getter = Getter(column.Index) as ValueGetter<TValue>
            ?? throw new InvalidOperationException(
                $"Column '{column.Name}' has values of type {column.Type.RawType}, not {typeof(TValue)}.");
        return (ref TValue value) =>
        {
            CheckedPosition();
            getter(ref value);
        };
    }

    /// <summary>Goes to the next row, if there is one.</summary>
    protected abstract bool Advance();

    /// <summary>The <see cref="ValueGetter{TValue}"/> of an active column; called only while the cursor is on a row.</summary>
    protected abstract Delegate Getter(int column);

    private long CheckedPosition() =>
        _position >= 0
            ? _position
            : throw new InvalidOperationException("The cursor is not on a row: call MoveNext, and read while it returns true.");
}
