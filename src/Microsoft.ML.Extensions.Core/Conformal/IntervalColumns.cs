using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Conformal;

/// <summary>Columns of one number, or of a known number of them.</summary>
internal static class IntervalColumns
{
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or has other values.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name, string role)
    {
        var column = schema.Find(name, role);
        return column.Type.ItemType() == NumberDataViewType.Single && column.Type is not VectorDataViewType { IsKnownSize: false } ? column
            : throw SchemaColumns.WrongType(name, role, "Single, or a vector of Single of known size", column.Type.ToString()!);
    }

    /// <summary>The column of a promised schema.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or has other values.</exception>
    public static SchemaShape.Column Find(SchemaShape schema, string name, string role)
    {
        var column = schema.Find(name, role);
        return column is { IsKey: false, Kind: not SchemaShape.Column.VectorKind.VariableVector } && column.ItemType == NumberDataViewType.Single ? column
            : throw SchemaColumns.WrongType(name, role, "Single, or a vector of Single of known size", column.Describe());
    }

    /// <summary>The dimensions; none for one number.</summary>
    public static int[] Shape(DataViewSchema.Column column) => column.Type is VectorDataViewType vector ? [.. vector.Dimensions] : [];

    /// <summary>The numbers of a row.</summary>
    public static int Count(DataViewSchema.Column column) => column.Type is VectorDataViewType vector ? vector.Size : 1;

    /// <summary>Reads the numbers of the row at which a cursor stands into a buffer that the next call uses again.</summary>
    public static Func<float[]> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType vector)
        {
            var single = row.GetGetter<float>(column);
            var number = new float[1];
            return () =>
            {
                single(ref number[0]);
                return number;
            };
        }
        var getter = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> values = default;
        var numbers = new float[vector.Size];
        return () =>
        {
            getter(ref values);
            values.CopyTo(numbers);
            return numbers;
        };
    }

    /// <exception cref="ArgumentOutOfRangeException">The columns of predictions differ from each other in shape.</exception>
    public static void CheckQuantiles(DataViewSchema.Column quantiles, int[] shape)
    {
        if (quantiles.Type is not VectorDataViewType { Dimensions: [>= 2, .. var rest] } || !rest.SequenceEqual(shape))
        {
            throw SchemaColumns.WrongType(
                quantiles.Name, "Quantiles", $"a vector of Single [{string.Join(", ", ["Q", .. shape])}] with Q of 2 or more", quantiles.Type.ToString()!);
        }
    }
}
