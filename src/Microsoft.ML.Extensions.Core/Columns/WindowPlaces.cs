using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Columns;

/// <summary>What windows of a table carry beside their values.</summary>
/// <remarks>
/// A column hidden by the column of windows, which has the same name, holds the number of the window's series and of its first step there,
/// so it stays right when rows are filtered, shuffled or labelled again. Its annotation gives the number of steps of a window with its
/// label. An annotation of the column of windows gives the number of channels that are known in advance.
/// </remarks>
internal static class WindowPlaces
{
    private const string SpanKind = "WindowSpan";
    private const string KnownKind = "KnownChannels";

    /// <summary>The hidden column's type: series and first step.</summary>
    public static VectorDataViewType Type { get; } = new(NumberDataViewType.Int64, 2);

    /// <summary>The promise of the annotation, before there is data.</summary>
    public static SchemaShape.Column KnownPromise() =>
        new(KnownKind, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Int32, false);

    /// <summary>Whether a column promises the number of channels that are known in advance.</summary>
    public static bool IsKnownPromised(SchemaShape.Column column) => column.Annotations.TryFindColumn(KnownKind, out _);

    /// <summary>The hidden column's annotations.</summary>
    public static DataViewSchema.Annotations Annotations(long span)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddPrimitiveValue(SpanKind, NumberDataViewType.Int64, span);
        return annotations.ToAnnotations();
    }

    /// <summary>The places of a view's rows, and the number of steps of each with its label; null where the rows are not windows.</summary>
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

    /// <summary>Annotates a column with the number of last channels that are known in advance.</summary>
    public static void AddKnown(this DataViewSchema.Annotations.Builder annotations, int channels)
    {
        if (channels > 0)
        {
            annotations.AddPrimitiveValue(KnownKind, NumberDataViewType.Int32, channels);
        }
    }

    /// <summary>The number of last channels that are known in advance, by the column's annotation; 0 without one.</summary>
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
