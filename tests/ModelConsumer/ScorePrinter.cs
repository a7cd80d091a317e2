using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace ModelConsumer;

/// <summary>Prints scores so that two programs can be compared to the last bit.</summary>
internal static class ScorePrinter
{
    private const string Score = "Score";
    private const string PredictedLabel = "PredictedLabel";

    /// <summary>A line a row: the bits of every score in hexadecimal, then the predicted label where there is one.</summary>
    public static void Print(IDataView scored, TextWriter output)
    {
        var columns = scored.Schema.Where(column => column.Name is Score or PredictedLabel && !column.IsHidden).ToList();
        using var cursor = scored.GetRowCursor(columns);
        var texts = columns.OrderBy(column => column.Name == PredictedLabel).Select(column => Text(cursor, column)).ToList();
        while (cursor.MoveNext())
        {
            output.WriteLine(string.Join(' ', texts.Select(text => text())));
        }
    }

    private static Func<string> Text(DataViewRow row, DataViewSchema.Column column) => column.Type switch
    {
        VectorDataViewType => Text<VBuffer<float>>(row, column, scores => string.Join(' ', scores.DenseValues().Select(Bits))),
        NumberDataViewType => Text<float>(row, column, Bits),
        KeyDataViewType => Text<uint>(row, column, key => key.ToString(CultureInfo.InvariantCulture)),
        BooleanDataViewType => Text<bool>(row, column, value => value.ToString()),
        _ => Text<ReadOnlyMemory<char>>(row, column, text => text.ToString()),
    };

    private static Func<string> Text<T>(DataViewRow row, DataViewSchema.Column column, Func<T, string> format)
    {
        var getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return format(value);
        };
    }

    private static string Bits(float score) => BitConverter.SingleToUInt32Bits(score).ToString("X8", CultureInfo.InvariantCulture);
}
