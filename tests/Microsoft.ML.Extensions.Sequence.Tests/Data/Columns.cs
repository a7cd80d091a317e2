using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Sequence.Tests.Data;

/// <summary>Reads views in tests: columns as arrays, types as text.</summary>
internal static class Columns
{
    public static float[][] Vectors(this IDataView view, string column) =>
        [.. view.Values<VBuffer<float>>(column).Select(v => v.DenseValues().ToArray())];

    public static string[] Texts(this IDataView view, string column) =>
        [.. view.Values<ReadOnlyMemory<char>>(column).Select(text => text.ToString())];

    public static List<T> Values<T>(this IDataView view, string column)
    {
        using var cursor = view.GetRowCursor([view.Schema[column]]);
        return Read<T>(cursor, column);
    }

    public static List<T> Read<T>(DataViewRowCursor cursor, string column)
    {
        var getter = cursor.GetGetter<T>(cursor.Schema[column]);
        var values = new List<T>();
        while (cursor.MoveNext())
        {
            T value = default!;
            getter(ref value);
            values.Add(value);
        }
        return values;
    }

    public static int[] Dimensions(this IDataView view, string column) => [.. ((VectorDataViewType)view.Schema[column].Type).Dimensions];

    public static string[] SlotNames(this IDataView view, string column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        view.Schema[column].GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
