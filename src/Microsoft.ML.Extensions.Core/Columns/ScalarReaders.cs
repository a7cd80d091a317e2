using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Columns;

/// <summary>Reads a number of the current row.</summary>
internal delegate float RowNumber();

/// <summary>Reads the label of the current row, a number or several; the array is used again for the next row.</summary>
internal delegate float[] RowLabel();

/// <summary>Readers of the columns that have one value per row: labels, weights, groups. One reader per cursor; no boxing.</summary>
internal static class ScalarReaders
{
    /// <summary>A class label as a number from 0, NaN where the key is missing.</summary>
    public static RowNumber Key(DataViewRow row, DataViewSchema.Column column)
    {
        var raw = column.Type.RawType;
        return raw == typeof(byte) ? Key<byte>(row, column)
            : raw == typeof(ushort) ? Key<ushort>(row, column)
            : raw == typeof(uint) ? Key<uint>(row, column)
            : Key<ulong>(row, column);
    }

    public static RowNumber Boolean(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<bool>(column);
        var value = false;
        return () =>
        {
            getter(ref value);
            return value ? 1 : 0;
        };
    }

    public static RowNumber Single(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<float>(column);
        var value = 0f;
        return () =>
        {
            getter(ref value);
            return value;
        };
    }

    /// <summary>A label that is one number.</summary>
    public static RowLabel Label(RowNumber number)
    {
        var label = new float[1];
        return () =>
        {
            label[0] = number();
            return label;
        };
    }

    /// <summary>A label that is a vector of known size.</summary>
    public static RowLabel Singles(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<float>>(column);
        var label = new float[((VectorDataViewType)column.Type).Size];
        VBuffer<float> buffer = default;
        return () =>
        {
            getter(ref buffer);
            buffer.CopyTo(label);
            return label;
        };
    }

    /// <summary>The example weight; 1 for every row where no column is named.</summary>
    /// <exception cref="InvalidDataException">On reading: a weight is negative or not finite.</exception>
    public static RowNumber Weight(DataViewRow row, string? name)
    {
        if (name is null)
        {
            return () => 1;
        }
        var number = Single(row, WeightColumn(row.Schema, name));
        return () =>
        {
            var weight = number();
            return weight >= 0 && float.IsFinite(weight) ? weight
                : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                    $"Column '{name}', row {row.Position}: the example weight is {weight}; weights are finite and not negative."));
        };
    }

    /// <summary>The weight column, if it is one number a row.</summary>
    public static DataViewSchema.Column WeightColumn(DataViewSchema schema, string name)
    {
        var column = schema.Find(name, "Example weight");
        return column.Type == NumberDataViewType.Single ? column
            : throw SchemaColumns.WrongType(name, "Example weight", "a Single", column.Type.ToString()!);
    }

    private static RowNumber Key<TRaw>(DataViewRow row, DataViewSchema.Column column)
        where TRaw : unmanaged, System.Numerics.IBinaryInteger<TRaw>
    {
        var getter = row.GetGetter<TRaw>(column);
        var largest = TRaw.CreateSaturating(((KeyDataViewType)column.Type).Count);
        TRaw value = default;
        return () =>
        {
            getter(ref value);
            if (value > largest)
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                    $"Column '{column.Name}', row {row.Position}: the key {value} is not one of the column's 1 to {largest}."));
            }
            return TRaw.IsZero(value) ? float.NaN : float.CreateTruncating(value - TRaw.One);
        };
    }
}
