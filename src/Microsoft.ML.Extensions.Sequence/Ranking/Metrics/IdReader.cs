using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads ids of queries and documents as text: texts, whole numbers, and keys by their values.</summary>
internal static class IdReader
{
    private const string Ids = "a key, text or whole number";

    /// <summary>The reader of a column's id in the current row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">On reading: the row has no id.</exception>
    public static Func<string> Create(DataViewRow row, string name, string role)
    {
        var column = row.Schema.Find(name, role);
        return column.Type switch
        {
            TextDataViewType => Text(row, column),
            KeyDataViewType key =>
                key.RawType == typeof(byte) ? Key<byte>(row, column) : key.RawType == typeof(ushort) ? Key<ushort>(row, column)
                : key.RawType == typeof(uint) ? Key<uint>(row, column) : Key<ulong>(row, column),
            NumberDataViewType number when number.RawType == typeof(int) => Number<int>(row, column),
            NumberDataViewType number when number.RawType == typeof(long) => Number<long>(row, column),
            NumberDataViewType number when number.RawType == typeof(uint) => Number<uint>(row, column),
            NumberDataViewType number when number.RawType == typeof(ulong) => Number<ulong>(row, column),
            NumberDataViewType number when number.RawType == typeof(short) => Number<short>(row, column),
            NumberDataViewType number when number.RawType == typeof(ushort) => Number<ushort>(row, column),
            NumberDataViewType number when number.RawType == typeof(byte) => Number<byte>(row, column),
            NumberDataViewType number when number.RawType == typeof(sbyte) => Number<sbyte>(row, column),
            _ => throw SchemaColumns.WrongType(name, role, Ids, column.Type.ToString()!),
        };
    }

    private static Func<string> Text(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> text = default;
        return () =>
        {
            getter(ref text);
            return text.IsEmpty ? throw Missing(row, column) : text.ToString();
        };
    }

    private static Func<string> Key<T>(DataViewRow row, DataViewSchema.Column column)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        var getter = row.GetGetter<T>(column);
        var names = KeyNames.From(column)?.Values;
        T raw = default;
        return () =>
        {
            getter(ref raw);
            return T.IsZero(raw) ? throw Missing(row, column)
                : names is null ? raw.ToString(null, CultureInfo.InvariantCulture)
                : raw <= T.CreateSaturating(names.Length) ? names[int.CreateTruncating(raw) - 1]
                : throw new InvalidDataException(string.Create(
                    CultureInfo.InvariantCulture,
                        $"Column '{column.Name}', row {row.Position}: the key {raw} is not one of the column's 1 to {names.Length}."));
        };
    }

    private static Func<string> Number<T>(DataViewRow row, DataViewSchema.Column column)
        where T : unmanaged, IFormattable
    {
        var getter = row.GetGetter<T>(column);
        T number = default;
        return () =>
        {
            getter(ref number);
            return number.ToString(null, CultureInfo.InvariantCulture);
        };
    }

    private static InvalidDataException Missing(DataViewRow row, DataViewSchema.Column column) => new(string.Create(
        CultureInfo.InvariantCulture,
            $"Column '{column.Name}', row {row.Position}: there is no id; leave out such rows or give them one."));
}
