using System.Runtime.CompilerServices;

namespace Microsoft.ML.Extensions.Columns;

/// <summary>
/// Many rows in a few large arrays: inputs of unequal length, labels, weights. Cleared and filled again without allocation.
/// </summary>
internal sealed class RowStore
{
    private const int ChunkLength = 1 << 20;

    private readonly List<float[]> _chunks = [];
    private readonly List<Row> _rows = [];
    private int _chunk = -1;
    private int _used;
    private long _floats;

    public int Count => _rows.Count;

    /// <summary>True once the rows take this many bytes.</summary>
    public bool IsFull(long bytes) => _floats * sizeof(float) + Count * (long)Unsafe.SizeOf<Row>() >= bytes;

    public void Add(ReadOnlySpan<float> values, int steps, ReadOnlySpan<float> label, float weight)
    {
        var length = SizeLimits.Product("A row with its label", (long)values.Length + label.Length);
        Reserve(length);
        values.CopyTo(_chunks[_chunk].AsSpan(_used));
        label.CopyTo(_chunks[_chunk].AsSpan(_used + values.Length));
        _rows.Add(new Row(_chunk, _used, values.Length, steps, label.Length, weight));
        _used += length;
        _floats += length;
    }

    public ReadOnlySpan<float> Values(int row) => _chunks[_rows[row].Chunk].AsSpan(_rows[row].Start, _rows[row].Length);

    public int Steps(int row) => _rows[row].Steps;

    /// <summary>The row's label: one number, or as many as the task's labels have.</summary>
    public ReadOnlySpan<float> Label(int row) =>
        _chunks[_rows[row].Chunk].AsSpan(_rows[row].Start + _rows[row].Length, _rows[row].LabelLength);

    public float Weight(int row) => _rows[row].Weight;

    /// <summary>Forgets the rows and keeps the memory.</summary>
    public void Clear()
    {
        _rows.Clear();
        _chunk = -1;
        _used = 0;
        _floats = 0;
    }

    private void Reserve(int length)
    {
        if (_chunk >= 0 && _used + length <= _chunks[_chunk].Length)
        {
            return;
        }
        _chunk++;
        _used = 0;
        if (_chunk == _chunks.Count)
        {
            _chunks.Add([]);
        }
        if (_chunks[_chunk].Length < length)
        {
            // The first chunk is small: scoring one row must not take megabytes.
            var size = Math.Max(length, _chunk == 0 ? (int)Math.Min(ChunkLength, 64L * length) : ChunkLength);
            _chunks[_chunk] = new float[size];
        }
    }

    private readonly record struct Row(int Chunk, int Start, int Length, int Steps, int LabelLength, float Weight);
}
