using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>Reads rows ahead, scores them together, and then serves them one by one with the other columns asked for.</summary>
internal sealed class BatchedCursor : DataViewRowCursor
{
    private readonly NetworkMapping _mapping;
    private readonly IRowScorer _scorer;
    private readonly DataViewRowCursor _input;
    private readonly InputReader _reader;
    private readonly RowStore _store = new();
    private readonly Dictionary<int, ColumnBuffer> _passing;
    private readonly DataViewRowId[] _ids = new DataViewRowId[BatchPlan.MaxRows];
    private readonly long[] _batches = new long[BatchPlan.MaxRows];
    private readonly ValueGetter<DataViewRowId> _idGetter;
    private readonly bool[] _active;
    private readonly Delegate[] _getters;
    private float[] _scores = [];
    private int _row = -1;
    private long _position = -1;

    public BatchedCursor(NetworkMapping mapping, IRowScorer scorer, DataViewRowCursor input, IReadOnlyCollection<DataViewSchema.Column> needed)
    {
        _mapping = mapping;
        _scorer = scorer;
        _input = input;
        _reader = mapping.CreateReader(input, scorer);
        _idGetter = input.GetIdGetter();
        _active = new bool[mapping.OutputSchema.Count];
        foreach (var column in needed)
        {
            _active[column.Index] = true;
        }
        _passing = needed.Where(column => mapping.AddedIndex(column) < 0).DistinctBy(column => column.Index)
            .ToDictionary(column => column.Index, column => ColumnBuffer.Create(input, mapping.InputSchema[column.Index], BatchPlan.MaxRows));
        _getters = mapping.CreateGetters(() => _scores.AsSpan(_row * mapping.Outputs, mapping.Outputs), () => _position);
    }

    public override DataViewSchema Schema => _mapping.OutputSchema;

    public override long Position => _position;

    public override long Batch => _batches[Math.Max(_row, 0)];

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override bool MoveNext()
    {
        if (_row + 1 >= _store.Count && !Fill())
        {
            _position = -1;
            return false;
        }
        _row++;
        _position++;
        return true;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[_row];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (_passing.TryGetValue(column.Index, out var buffer))
        {
            return RowMapping.Typed<TValue>(column, buffer.Getter(() => _row));
        }
        return _mapping.Getter<TValue>(column, _input, _active, _getters);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _scorer.Dispose();
            _input.Dispose();
        }
        base.Dispose(disposing);
    }

    private bool Fill()
    {
        _store.Clear();
        _row = -1;
        var total = 0L;
        while (BatchPlan.ReadsOn(_store.Count, total, _mapping.Channels) && _input.MoveNext())
        {
            var row = _store.Count;
            var values = _reader.Read();
            var steps = values.Length / _mapping.Channels;
            total += steps;
            _store.Add(values, steps, label: [], weight: 1);
            _idGetter(ref _ids[row]);
            _batches[row] = _input.Batch;
            foreach (var buffer in _passing.Values)
            {
                buffer.Read(row);
            }
        }
        if (_store.Count == 0)
        {
            return false;
        }
        _scorer.Score(_store, ref _scores);
        return true;
    }
}
