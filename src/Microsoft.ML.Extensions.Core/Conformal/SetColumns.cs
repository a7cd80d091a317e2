using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Conformal;

/// <summary>The probabilities of a classifier and its predicted class.</summary>
internal sealed class SetColumns
{
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SetColumns(DataViewSchema schema, string score, string predicted)
    {
        Predicted = schema.Find(predicted, "PredictedLabel");
        if (Predicted.Type is not KeyDataViewType { RawType: var raw, Count: >= 2 and <= SizeOf } key || raw != typeof(uint))
        {
            throw SchemaColumns.WrongType(
                predicted, "PredictedLabel", "a key of UInt32 of two or more classes, so stand before MapKeyToValue", Predicted.Type.ToString()!);
        }
        Count = (int)key.Count;
        Score = schema.Find(score, "Score");
        if (Score.Type is not VectorDataViewType { IsKnownSize: true } vector || vector.ItemType != NumberDataViewType.Single || vector.Size != Count)
        {
            throw SchemaColumns.WrongType(score, "Score", $"a vector of Single of {Count} probabilities, as many as column '{predicted}' has classes", Score.Type.ToString()!);
        }
    }

    private const ulong SizeOf = int.MaxValue;

    public DataViewSchema.Column Score { get; }

    public DataViewSchema.Column Predicted { get; }

    /// <summary>K.</summary>
    public int Count { get; }

    /// <summary>The names of the classes; null where the keys have no values.</summary>
    public string[]? Names() => KeyTexts(Predicted);

    /// <summary>The label's column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing, is no key, or has other classes.</exception>
    public DataViewSchema.Column Label(DataViewSchema schema, string name)
    {
        var label = schema.Find(name, "Label");
        if (label.Type is not KeyDataViewType { RawType: var raw, Count: var count } || raw != typeof(uint) || count != (ulong)Count)
        {
            throw SchemaColumns.WrongType(name, "Label", $"a key of UInt32 of {Count} classes, those of column '{Predicted.Name}'", label.Type.ToString()!);
        }
        if (KeyTexts(label) is { } own && Names() is { } names && !own.SequenceEqual(names))
        {
            var place = Enumerable.Range(0, Count).First(kind => own[kind] != names[kind]);
            throw SchemaColumns.WrongType(name, "Label", $"the classes of column '{Predicted.Name}' in their order, whose {place + 1}. is '{names[place]}'", $"'{own[place]}' there");
        }
        return label;
    }

    /// <summary>Reads the probabilities of the row at which a cursor stands into a buffer that the next call uses again.</summary>
    public Func<float[]> Reader(DataViewRow row)
    {
        var read = IntervalColumns.Reader(row, Score);
        return () =>
        {
            var values = read();
            ConformalScores.Check(values, Score.Name, row.Position);
            return values;
        };
    }

    /// <exception cref="ArgumentOutOfRangeException">The promised column is no vector of Single.</exception>
    public static void CheckScore(SchemaShape.Column column)
    {
        if (column.Kind != SchemaShape.Column.VectorKind.Vector || column.ItemType != NumberDataViewType.Single || column.IsKey)
        {
            throw SchemaColumns.WrongType(column.Name, "Score", "a vector of Single, the probabilities of the classes", column.Describe());
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">The promised column is no key.</exception>
    public static void CheckKey(SchemaShape.Column column, string role)
    {
        if (column.Kind != SchemaShape.Column.VectorKind.Scalar || !column.IsKey || column.ItemType != NumberDataViewType.UInt32)
        {
            throw SchemaColumns.WrongType(column.Name, role, "a key of UInt32, so stand before MapKeyToValue", column.Describe());
        }
    }

    private static string[]? KeyTexts(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull("KeyValues") is not { Type: VectorDataViewType { ItemType: TextDataViewType } })
        {
            return null;
        }
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetKeyValues(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
