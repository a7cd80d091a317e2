using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>Reads rows ahead, computes their added columns together, and then serves the rows one by one.</summary>
internal abstract class BatchedCursor : DataViewRowCursor
{
    private readonly RowMapping _mapping;
    private readonly DataViewRowCursor _input;
    private readonly Dictionary<int, ColumnBuffer> _passing;
    private readonly DataViewRowId[] _ids = new DataViewRowId[BatchPlan.MaxRows];
    private readonly long[] _batches = new long[BatchPlan.MaxRows];
    private readonly ValueGetter<DataViewRowId> _idGetter;
    private readonly bool[] _active;
    private int _rows;
    private long _position = -1;

    protected BatchedCursor(RowMapping mapping, DataViewRowCursor input, IReadOnlyCollection<DataViewSchema.Column> needed)
    {
        (_mapping, _input) = (mapping, input);
        _idGetter = input.GetIdGetter();
        _active = new bool[mapping.OutputSchema.Count];
        foreach (var column in needed)
        {
            _active[column.Index] = true;
        }
        _passing = needed.Where(column => mapping.AddedIndex(column) < 0).DistinctBy(column => column.Index)
            .ToDictionary(column => column.Index, column =>
                ColumnBuffer.Create(input, mapping.InputSchema[column.Index], BatchPlan.MaxRows));
    }

    public override DataViewSchema Schema => _mapping.OutputSchema;

    public override long Position => _position;

    public override long Batch => _batches[Math.Max(Row, 0)];

    /// <summary>The current row's place among those read ahead.</summary>
    protected int Row { get; private set; } = -1;

    /// <summary>The getters of the added columns, which give values of <see cref="Row"/>.</summary>
    protected abstract Delegate[] Getters { get; }

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override bool MoveNext()
    {
        if (Row + 1 >= _rows && !Fill())
        {
            _position = -1;
            return false;
        }
        Row++;
        _position++;
        return true;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[Row];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        _passing.TryGetValue(column.Index, out var buffer)
        ? RowMapping.Typed<TValue>(column, buffer.Getter(() => Row))
        : _mapping.Getter<TValue>(column, _input, _active, Getters);

    /// <summary>Forgets the rows read ahead.</summary>
    protected abstract void Clear();

    /// <summary>Whether to read another row ahead, given the number read so far; never more than <see cref="BatchPlan.MaxRows"/>.</summary>
    protected abstract bool ReadsOn(int rows);

    /// <summary>Keeps what the added columns of the input's current row depend on.</summary>
    protected abstract void Read();

    /// <summary>Computes the added columns of the rows kept, of which there is at least one.</summary>
    protected abstract void Compute();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _input.Dispose();
        }
        base.Dispose(disposing);
    }

    private bool Fill()
    {
        Clear();
        (Row, _rows) = (-1, 0);
        while (ReadsOn(_rows) && _input.MoveNext())
        {
            Read();
            _idGetter(ref _ids[_rows]);
            _batches[_rows] = _input.Batch;
            foreach (var buffer in _passing.Values)
            {
                buffer.Read(_rows);
            }
            _rows++;
        }
        if (_rows > 0)
        {
            Compute();
        }
        return _rows > 0;
    }
}
