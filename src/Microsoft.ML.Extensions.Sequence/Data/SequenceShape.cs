using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Finds sequence columns: [T, C], or a plain vector as a series of one channel; T unknown where lengths differ.</summary>
internal static class SequenceShape
{
    private const string Sequence = "a vector of Single, [T, C] or [T]";

    public static DataViewSchema.Column FindSequence(this DataViewSchema schema, string name, string role)
    {
        var column = schema.Find(name, role);
        return column.Type is VectorDataViewType vector && vector.ItemType == NumberDataViewType.Single && Channels(vector) > 0
            ? column
            : throw SchemaColumns.WrongType(name, role, Sequence, column.Type.ToString()!);
    }

    public static SchemaShape.Column FindSequence(this SchemaShape schema, string name, string role)
    {
        var column = schema.Find(name, role);
        return column.Kind != VectorKind.Scalar && column.ItemType == NumberDataViewType.Single && !column.IsKey
            ? column
            : throw SchemaColumns.WrongType(name, role, Sequence, column.Describe());
    }

    /// <summary>C of a sequence type; 0 for any other type.</summary>
    public static int Channels(VectorDataViewType type) => type.Dimensions switch
    {
        [_] => 1,
        [_, var channels] => channels,
        _ => 0,
    };
}
