using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Names of the values of columns.</summary>
internal static class ValueNames
{
    /// <summary>A name for each value of columns of known size: the scalar's own, "column.slot", or "column.number".</summary>
    public static string[] Of(IReadOnlyList<DataViewSchema.Column> columns) => [.. columns.SelectMany(Of)];

    /// <summary>
    /// The column's slot names, or "column.number" where it has none and its size is known; null where its size is unknown.
    /// </summary>
    public static string[]? OfSlots(DataViewSchema.Column column) =>
        SlotNames.Of(column) ?? (column.Width() > 0 ? Of([column]) : null);

    private static IEnumerable<string> Of(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType vector)
        {
            return [column.Name];
        }
        var slots = SlotNames.Of(column) ?? [.. Enumerable.Range(0, vector.Size).Select(i => i.ToString())];
        return slots.Select(slot => $"{column.Name}.{slot}");
    }
}
