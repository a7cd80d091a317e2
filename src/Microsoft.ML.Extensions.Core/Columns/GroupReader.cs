using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Columns;

/// <summary>Reads the group of the current row as its raw key, 0 where it is missing.</summary>
internal delegate ulong RowGroup();

/// <summary>Groups rows as ML.NET's ranking does: by a key column.</summary>
internal static class GroupReader
{
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or not a key.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name)
    {
        var column = schema.Find(name, "Group");
        return column.Type is KeyDataViewType ? column
            : throw SchemaColumns.WrongType(name, "Group", "a key (use ml.Transforms.Conversion.MapValueToKey)", column.Type.ToString()!);
    }

    /// <exception cref="ArgumentOutOfRangeException">The column is missing or not a key.</exception>
    public static RowGroup Create(DataViewRow row, string name)
    {
        var column = Find(row.Schema, name);
        var raw = column.Type.RawType;
        return raw == typeof(byte) ? Raw<byte>(row, column)
            : raw == typeof(ushort) ? Raw<ushort>(row, column)
            : raw == typeof(uint) ? Raw<uint>(row, column)
            : Raw<ulong>(row, column);
    }

    private static RowGroup Raw<TRaw>(DataViewRow row, DataViewSchema.Column column)
        where TRaw : unmanaged, System.Numerics.IBinaryInteger<TRaw>
    {
        var getter = row.GetGetter<TRaw>(column);
        TRaw value = default;
        return () =>
        {
            getter(ref value);
            return ulong.CreateTruncating(value);
        };
    }
}
