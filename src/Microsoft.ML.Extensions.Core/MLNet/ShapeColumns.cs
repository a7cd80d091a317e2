using Microsoft.ML.Data;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Microsoft.ML.Extensions.MLNet;

/// <summary>The columns that an estimator promises before it sees data.</summary>
internal static class ShapeColumns
{
    /// <summary>The promise that a real column of this type and these annotations keeps.</summary>
    public static SchemaShape.Column Promise(string name, DataViewType type, DataViewSchema.Annotations? annotations = null)
    {
        var kind = type is not VectorDataViewType vector ? VectorKind.Scalar
            : vector.IsKnownSize ? VectorKind.Vector : VectorKind.VariableVector;
        var item = type.ItemType();
        var key = item as KeyDataViewType;
        var shape = annotations is null ? null : new SchemaShape(annotations.Schema.Select(c => Promise(c.Name, c.Type)));
        return new SchemaShape.Column(name, kind, key is null ? item : RawKeyType(key), key is not null, shape);
    }

    public static DataViewType ItemType(this DataViewType type) => type is VectorDataViewType vector ? vector.ItemType : type;

    /// <summary>The input's columns with the promised ones, each of which replaces a column of the same name.</summary>
    public static SchemaShape With(this SchemaShape input, IEnumerable<SchemaShape.Column> promised)
    {
        var columns = input.ToDictionary(column => column.Name);
        foreach (var column in promised)
        {
            columns[column.Name] = column;
        }
        return new SchemaShape(columns.Values);
    }

    private static DataViewType RawKeyType(KeyDataViewType key) =>
        key.RawType == typeof(byte) ? NumberDataViewType.Byte
        : key.RawType == typeof(ushort) ? NumberDataViewType.UInt16
        : key.RawType == typeof(ulong) ? NumberDataViewType.UInt64
        : NumberDataViewType.UInt32;
}
