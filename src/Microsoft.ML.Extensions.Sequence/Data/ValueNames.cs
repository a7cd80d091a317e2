using Microsoft.ML.Data;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Names of the single values of columns, and the SlotNames annotation that carries them.</summary>
internal static class ValueNames
{
    private const string SlotNames = "SlotNames";

    /// <summary>A name for each value of columns of known size: the scalar's own, "column.slot", or "column.number".</summary>
    public static string[] Of(IReadOnlyList<DataViewSchema.Column> columns) => [.. columns.SelectMany(Of)];

    /// <summary>Annotations of slot names made when they are first asked for.</summary>
    public static void AddSlotNames(this DataViewSchema.Annotations.Builder builder, int count, Func<string[]> names)
    {
        var texts = new Lazy<ReadOnlyMemory<char>[]>(() => [.. names().Select(name => name.AsMemory())]);
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter = (ref VBuffer<ReadOnlyMemory<char>> values) => texts.Value.CopyInto(ref values);
        builder.Add(SlotNames, new VectorDataViewType(TextDataViewType.Instance, count), getter);
    }

    /// <summary>The promise of slot names.</summary>
    public static SchemaShape.Column SlotNamesPromise() => new(SlotNames, VectorKind.Vector, TextDataViewType.Instance, false);

    /// <summary>The column's slot names, or, where it has none and its size is known, "column.number"; null where it is not.</summary>
    public static string[]? OfSlots(DataViewSchema.Column column) =>
        MLNet.SlotNames.Of(column) ?? (column.Width() > 0 ? Of([column]) : null);

    private static IEnumerable<string> Of(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType vector)
        {
            return [column.Name];
        }
        var slots = MLNet.SlotNames.Of(column) ?? [.. Enumerable.Range(0, vector.Size).Select(i => i.ToString())];
        return slots.Select(slot => $"{column.Name}.{slot}");
    }
}
