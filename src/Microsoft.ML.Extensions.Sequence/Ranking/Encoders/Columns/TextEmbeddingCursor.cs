using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Scoring;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads rows ahead, encodes their texts together, and then serves them one by one with the other columns asked for.</summary>
internal sealed class TextEmbeddingCursor : DataViewRowCursor
{
    private readonly TextEmbeddingMapping _mapping;
    private readonly Lease<ITextEmbedder> _embedder;
    private readonly DataViewRowCursor _input;
    private readonly ValueGetter<ReadOnlyMemory<char>> _text;
    private readonly ValueGetter<DataViewRowId> _idGetter;
    private readonly Dictionary<int, ColumnBuffer> _passing;
    private readonly DataViewRowId[] _ids = new DataViewRowId[BatchPlan.MaxRows];
    private readonly long[] _batches = new long[BatchPlan.MaxRows];
    private readonly bool[] _active;
    private readonly Delegate[] _getters;
    private float[][] _vectors = [];
    private int _row = -1;
    private long _position = -1;

    public TextEmbeddingCursor(TextEmbeddingMapping mapping, DataViewRowCursor input, List<DataViewSchema.Column> needed)
    {
        (_mapping, _input, _embedder) = (mapping, input, mapping.Rent());
        _text = input.GetGetter<ReadOnlyMemory<char>>(mapping.Sources[0]);
        _idGetter = input.GetIdGetter();
        _active = new bool[mapping.OutputSchema.Count];
        foreach (var column in needed)
        {
            _active[column.Index] = true;
        }
        _passing = needed.Where(column => mapping.AddedIndex(column) < 0).DistinctBy(column => column.Index)
            .ToDictionary(column => column.Index, column => ColumnBuffer.Create(input, mapping.InputSchema[column.Index], BatchPlan.MaxRows));
        _getters = [TextEmbeddingMapping.Getter(() => _vectors[_row])];
    }

    public override DataViewSchema Schema => _mapping.OutputSchema;

    public override long Position => _position;

    public override long Batch => _batches[Math.Max(_row, 0)];

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override bool MoveNext()
    {
        if (_row + 1 >= _vectors.Length && !Fill())
        {
            _position = -1;
            return false;
        }
        _row++;
        _position++;
        return true;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[_row];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _passing.TryGetValue(column.Index, out var buffer)
        ? RowMapping.Typed<TValue>(column, buffer.Getter(() => _row))
        : _mapping.Getter<TValue>(column, _input, _active, _getters);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _embedder.Dispose();
            _input.Dispose();
        }
        base.Dispose(disposing);
    }

    private bool Fill()
    {
        var texts = new List<string>();
        ReadOnlyMemory<char> text = default;
        while (texts.Count < BatchPlan.MaxRows && _input.MoveNext())
        {
            _text(ref text);
            _idGetter(ref _ids[texts.Count]);
            _batches[texts.Count] = _input.Batch;
            foreach (var buffer in _passing.Values)
            {
                buffer.Read(texts.Count);
            }
            texts.Add(text.ToString());
        }
        (_row, _vectors) = (-1, texts.Count == 0 ? [] : _embedder.Use(used => used.Embed(texts)));
        return texts.Count > 0;
    }
}
