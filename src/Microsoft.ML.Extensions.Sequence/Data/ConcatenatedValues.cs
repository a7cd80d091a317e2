using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads columns of Single, one after the other, into one buffer that is reused for the next row.</summary>
internal sealed class ConcatenatedValues
{
    private readonly Action[] _append;
    private float[] _values = [];
    private int _count;

    public ConcatenatedValues(DataViewRow input, IReadOnlyList<DataViewSchema.Column> columns)
    {
        _append = [.. columns.Select(column => column.Type is VectorDataViewType
            ? Vector(input.GetGetter<VBuffer<float>>(column))
            : Scalar(input.GetGetter<float>(column)))];
        Widths = new int[columns.Count];
    }

    /// <summary>The number of values of each column in the last row read.</summary>
    public int[] Widths { get; }

    public ReadOnlySpan<float> Read()
    {
        _count = 0;
        for (var i = 0; i < _append.Length; i++)
        {
            var before = _count;
            _append[i]();
            Widths[i] = _count - before;
        }
        return _values.AsSpan(0, _count);
    }

    private Action Scalar(ValueGetter<float> getter) => () =>
    {
        getter(ref Reserve(1)[0]);
        _count++;
    };

    private Action Vector(ValueGetter<VBuffer<float>> getter)
    {
        VBuffer<float> buffer = default;
        return () =>
        {
            getter(ref buffer);
            buffer.CopyTo(Reserve(buffer.Length));
            _count += buffer.Length;
        };
    }

    private Span<float> Reserve(int more)
    {
        if (_count + more > _values.Length)
        {
            Array.Resize(ref _values, Math.Max(_count + more, 2 * _values.Length));
        }
        return _values.AsSpan(_count, more);
    }
}
