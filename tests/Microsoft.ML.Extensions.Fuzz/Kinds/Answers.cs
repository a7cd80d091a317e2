using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Fuzz.Kinds;

/// <summary>Reads all that a model adds to rows, and holds it against what such columns may be.</summary>
internal static class Answers
{
    /// <summary>Reads every column that the model added.</summary>
    /// <exception cref="Finding">A value is none: not finite, no probability, a key beyond its type, a text that is null.</exception>
    public static void Check(IDataView scored, DataViewSchema before)
    {
        var added = scored.Schema.Where(
            column => !column.IsHidden && before.GetColumnOrNull(column.Name) is not { } old || column.Index >= before.Count).ToArray();
        foreach (var column in added)
        {
            CheckAnnotations(column);
        }
        using var cursor = scored.GetRowCursor(added);
        var checks = Array.ConvertAll(added, column => Reader(cursor, column));
        for (var rows = 0; rows < 100 && cursor.MoveNext(); rows++)
        {
            Array.ForEach(checks, check => check());
        }
    }

    /// <exception cref="Finding">A number is not finite.</exception>
    public static void Finite(string name, ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
            {
                throw new Finding(string.Create(CultureInfo.InvariantCulture, $"answer: '{name}' is {value}"));
            }
        }
    }

    private static Action Reader(DataViewRow row, DataViewSchema.Column column) => column.Type switch
    {
        NumberDataViewType { RawType: var raw } when raw == typeof(float) =>
            Values<float>(row, column, value => Number(column.Name, value)),
        BooleanDataViewType => Values<bool>(row, column, _ => { }),
        TextDataViewType => Values<ReadOnlyMemory<char>>(row, column, _ => { }),
        KeyDataViewType { RawType: var raw } key when raw == typeof(uint) =>
            Values<uint>(row, column, value => Key(column.Name, value, key.Count)),
        VectorDataViewType { ItemType: NumberDataViewType { RawType: var raw } } type when raw == typeof(float)
            => Values<VBuffer<float>>(row, column, values => Vector(column.Name, type, values)),
        VectorDataViewType { ItemType: KeyDataViewType { RawType: var raw } key } when raw == typeof(uint)
            => Values<VBuffer<uint>>(row, column, values => Array.ForEach([.. values.DenseValues()], value => Key(column.Name, value, key.Count))),
        _ => () => { }
        ,
    };

    private static Action Values<T>(DataViewRow row, DataViewSchema.Column column, Action<T> check)
    {
        var getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            check(value);
        };
    }

    private static void Vector(string name, VectorDataViewType type, VBuffer<float> values)
    {
        if (type.IsKnownSize && values.Length != type.Size)
        {
            throw new Finding($"answer: '{name}' has {values.Length} values and is of {type}");
        }
        Finite(name, values.GetValues());
    }

    private static void Number(string name, float value)
    {
        Finite(name, [value]);
        if (name == "Probability" && value is < 0 or > 1)
        {
            throw new Finding(string.Create(CultureInfo.InvariantCulture, $"answer: '{name}' is {value}"));
        }
    }

    private static void Key(string name, uint value, ulong count)
    {
        if (value > count)
        {
            throw new Finding($"answer: '{name}' is key {value} of {count}");
        }
    }

    private static void CheckAnnotations(DataViewSchema.Column column)
    {
        foreach (var annotation in column.Annotations.Schema.Where(
            annotation => annotation.Type is VectorDataViewType { ItemType: TextDataViewType }))
        {
            VBuffer<ReadOnlyMemory<char>> names = default;
            column.Annotations.GetValue(annotation.Name, ref names);
        }
    }
}
