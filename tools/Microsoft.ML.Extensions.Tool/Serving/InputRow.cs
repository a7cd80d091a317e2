using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>One row whose values are set from outside.</summary>
/// <param name="schema">Its columns: Single, text, or a vector of Single.</param>
internal sealed class InputRow(DataViewSchema schema) : DataViewRow
{
    private readonly object[] _values = [.. schema.Select(column => (object)(column.Type switch
    {
        TextDataViewType => "",
        VectorDataViewType => Array.Empty<float>(),
        _ => float.NaN,
    }))];
    private long _position = -1;

    public override DataViewSchema Schema => schema;

    public override long Position => _position;

    public override long Batch => 0;

    /// <summary>Sets all values; the row is then another one.</summary>
    public void Set(IReadOnlyList<object> values)
    {
        for (var column = 0; column < _values.Length; column++)
        {
            _values[column] = values[column];
        }
        _position++;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        var index = column.Index;
        Delegate getter = column.Type switch
        {
            TextDataViewType => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = ((string)_values[index]).AsMemory()),
            VectorDataViewType => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
            {
                var numbers = (float[])_values[index];
                value = new VBuffer<float>(numbers.Length, numbers);
            }),
            _ => (ValueGetter<float>)((ref float value) => value = (float)_values[index]),
        };
        return getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Column '{column.Name}' is {column.Type}, and was asked for as {typeof(TValue)}.");
    }
}
