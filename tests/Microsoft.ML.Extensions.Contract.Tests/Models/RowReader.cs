using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>What a scored row holds.</summary>
internal sealed record ReadRow(
    long Position, string Id, string Class, bool Flag, float Number, float[] Features, string[] Words, float Score);

/// <summary>Reads scored toy rows by a cursor's getters, as ML.NET's own components do.</summary>
internal sealed class RowReader(DataViewRowCursor cursor, DataViewSchema schema)
{
    private readonly ValueGetter<ReadOnlyMemory<char>> _id = cursor.GetGetter<ReadOnlyMemory<char>>(schema["Id"]);
    private readonly ValueGetter<ReadOnlyMemory<char>> _class = cursor.GetGetter<ReadOnlyMemory<char>>(schema["Class"]);
    private readonly ValueGetter<bool> _flag = cursor.GetGetter<bool>(schema["Flag"]);
    private readonly ValueGetter<float> _number = cursor.GetGetter<float>(schema["Number"]);
    private readonly ValueGetter<VBuffer<float>> _features = cursor.GetGetter<VBuffer<float>>(schema["Features"]);
    private readonly ValueGetter<VBuffer<ReadOnlyMemory<char>>> _words = cursor.GetGetter<VBuffer<ReadOnlyMemory<char>>>(schema["Words"]);
    private readonly Func<float> _score = Score(cursor, schema["Score"]);

    public ReadRow Read() => new(cursor.Position, Get(_id).ToString(), Get(_class).ToString(), Get(_flag), Get(_number),
        [.. Get(_features).DenseValues()], [.. Get(_words).DenseValues().Select(word => word.ToString())], _score());

    private static Func<float> Score(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType)
        {
            var vector = row.GetGetter<VBuffer<float>>(column);
            return () => Get(vector).GetItemOrDefault(0);
        }
        var number = row.GetGetter<float>(column);
        return () => Get(number);
    }

    private static T Get<T>(ValueGetter<T> getter)
    {
        T value = default!;
        getter(ref value);
        return value;
    }
}
