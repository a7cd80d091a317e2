using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Core.Tests.Columns;

/// <summary>Data of one vector column, and cursors on it.</summary>
internal static class Rows
{
    public const string Name = "X";

    public static IDataView OfVectors(VectorDataViewType type, params float[][] rows)
    {
        var definition = SchemaDefinition.Create(typeof(VectorRow));
        definition[Name].ColumnType = type;
        return new MLContext(1).Data.LoadFromEnumerable(rows.Select(values => new VectorRow { X = values }), definition);
    }

    public static IDataView OfWords(params string[][] rows)
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(rows.Select(words => new WordsRow { X = words }));
        return ml.Transforms.Conversion.MapValueToKey(Name).Fit(data).Transform(data);
    }

    public static IDataView OfTexts(params string[] rows)
    {
        var ml = new MLContext(1);
        return ml.Data.LoadFromEnumerable(rows.Select(text => new TextRow { X = text }));
    }

    public static IDataView OfNumbers(params float[] rows) =>
        new MLContext(1).Data.LoadFromEnumerable(rows.Select(number => new NumberRow { X = number }));

    /// <summary>A cursor on all columns, before the first row.</summary>
    public static DataViewRowCursor Open(this IDataView data) => data.GetRowCursor(data.Schema);

    private sealed class VectorRow
    {
        public float[] X { get; set; } = [];
    }

    private sealed class WordsRow
    {
        public string[] X { get; set; } = [];
    }

    private sealed class TextRow
    {
        public string X { get; set; } = "";
    }

    private sealed class NumberRow
    {
        public float X { get; set; }
    }
}
