using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Managed;

/// <summary>Rows of unequal length that are scored together, without padding: the steps of one after those of the other, <c>[S, C]</c>.</summary>
internal readonly unsafe struct RaggedRows
{
    private readonly int* _starts;

    /// <param name="store">The rows.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="channels">C.</param>
    /// <param name="scratch">Memory for them.</param>
    public RaggedRows(RowStore store, int first, int count, int channels, Scratch scratch)
    {
        (Count, Channels) = (count, channels);
        _starts = scratch.TakeIntegers(count + 1);
        _starts[0] = 0;
        for (var row = 0; row < count; row++)
        {
            _starts[row + 1] = _starts[row] + store.Steps(first + row);
        }
        var values = scratch.Take((nint)Steps * channels);
        Values = values;
        for (var row = 0; row < count; row++)
        {
            store.Values(first + row).CopyTo(new Span<float>(values + ((nint)_starts[row] * channels), Length(row) * channels));
        }
    }

    /// <param name="values"><c>[S, C]</c>.</param>
    /// <param name="starts">The first step of each row, and S, <c>[B + 1]</c>.</param>
    /// <param name="count">B.</param>
    /// <param name="channels">C.</param>
    public RaggedRows(float* values, int* starts, int count, int channels)
    {
        (Count, Channels) = (count, channels);
        _starts = starts;
        Values = values;
    }

    /// <summary>B.</summary>
    public int Count { get; }

    /// <summary>C.</summary>
    public int Channels { get; }

    /// <summary>The steps, <c>[S, C]</c>; a token is its number.</summary>
    public float* Values { get; }

    /// <summary>S, the steps of all rows.</summary>
    public int Steps => _starts[Count];

    /// <summary>The first step of each row, and S, <c>[B + 1]</c>.</summary>
    public int* Starts => _starts;

    /// <summary>The steps of a row.</summary>
    public int Length(int row) => _starts[row + 1] - _starts[row];
}
