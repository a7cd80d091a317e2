using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Importance;

/// <summary>All rows of a sequence column in memory, to copy channels from one row to another.</summary>
/// <param name="column">The column.</param>
/// <param name="channels">The channels of a step.</param>
/// <param name="width">The values of a channel in a step: 1, or those of a colour of an image.</param>
internal sealed class ChannelRows(DataViewSchema.Column column, int channels, int width)
{
    private readonly List<float[]> _rows = [];

    public DataViewSchema.Column Column => column;

    public int Channels => channels;

    public int Count => _rows.Count;

    /// <summary>Reads every row.</summary>
    public static ChannelRows Read(IDataView data, DataViewSchema.Column column, int channels, int width)
    {
        var rows = new ChannelRows(column, channels, width);
        using var cursor = data.GetRowCursor([column]);
        var getter = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> row = default;
        while (cursor.MoveNext())
        {
            getter(ref row);
            rows._rows.Add([.. row.DenseValues()]);
        }
        return rows;
    }

    /// <summary>The values of a row.</summary>
    public int Length(int row) => _rows[row].Length;

    /// <summary>
    /// A row with one part taken from another row, step by step. Where lengths differ, the other row's channel is stretched or
    /// compressed to the row's length.
    /// </summary>
    public void Mix(int row, int donor, PermutedPart part, Span<float> mixed)
    {
        var (values, others) = (_rows[row], _rows[donor]);
        values.CopyTo(mixed);
        var step = channels * width;
        var (steps, otherSteps) = (values.Length / step, others.Length / step);
        if (otherSteps == 0)
        {
            return;
        }
        var (first, end) = part.Steps(steps);
        for (var i = first; i < end; i++)
        {
            var other = (int)((long)i * otherSteps / steps);
            others.AsSpan((other * step) + (part.Channel * width), width).CopyTo(mixed[((i * step) + (part.Channel * width))..]);
        }
    }
}
