using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Columns;

/// <summary>What windows of a table carry beside their values.</summary>
/// <remarks>
/// A hidden column, which the column of windows covers by its name, holds the number of the window's series and that of its first step there;
/// so it stays right where rows are left out, shuffled or labelled anew. Its annotation tells the steps that a window and its label take.
/// The column of windows itself is annotated with the number of its channels that are known ahead.
/// </remarks>
internal static class WindowPlaces
{
    private const string SpanKind = "WindowSpan";
    private const string KnownKind = "KnownChannels";

    /// <summary>The hidden column's type: series and first step.</summary>
    public static VectorDataViewType Type { get; } = new(NumberDataViewType.Int64, 2);

    /// <summary>The annotation as it is promised before there is data.</summary>
    public static SchemaShape.Column KnownPromise() => new(KnownKind, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Int32, false);

    /// <summary>Whether a column promises to say how many of its channels are known ahead.</summary>
    public static bool IsKnownPromised(SchemaShape.Column column) => column.Annotations.TryFindColumn(KnownKind, out _);

    /// <summary>The hidden column's annotations.</summary>
    public static DataViewSchema.Annotations Annotations(long span)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddPrimitiveValue(SpanKind, NumberDataViewType.Int64, span);
        return annotations.ToAnnotations();
    }

    /// <summary>The places of a view's rows and the steps that each takes with its label; null where the rows are no windows.</summary>
    public static (DataViewSchema.Column Column, long Span)? Find(DataViewSchema schema)
    {
        for (var i = schema.Count - 1; i >= 0; i--)
        {
            if (schema[i].Type.Equals(Type) && schema[i].Annotations.Schema.GetColumnOrNull(SpanKind) is not null)
            {
                var span = 0L;
                schema[i].Annotations.GetValue(SpanKind, ref span);
                return (schema[i], span);
            }
        }
        return null;
    }

    public static Func<RowPlace> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<long>>(column);
        VBuffer<long> place = default;
        return () =>
        {
            getter(ref place);
            return new RowPlace(place.GetItemOrDefault(0), place.GetItemOrDefault(1));
        };
    }

    /// <summary>Says how many of the last channels are known ahead.</summary>
    public static void AddKnown(this DataViewSchema.Annotations.Builder annotations, int channels)
    {
        if (channels > 0)
        {
            annotations.AddPrimitiveValue(KnownKind, NumberDataViewType.Int32, channels);
        }
    }

    /// <summary>How many of the last channels the column says are known ahead; 0 where it says nothing.</summary>
    public static int Known(DataViewSchema.Column column)
    {
        var known = 0;
        if (column.Annotations.Schema.GetColumnOrNull(KnownKind)?.Type == NumberDataViewType.Int32)
        {
            column.Annotations.GetValue(KnownKind, ref known);
        }
        return known;
    }
}
