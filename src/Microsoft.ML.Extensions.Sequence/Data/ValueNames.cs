using Microsoft.ML.Data;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Names of the single values of columns, and the SlotNames annotation that carries them.</summary>
internal static class ValueNames
{
    private const string SlotNames = "SlotNames";

    /// <summary>A name for each value of columns of known size: the scalar's own, "column.slot", or "column.number".</summary>
    public static string[] Of(IReadOnlyList<DataViewSchema.Column> columns) => [.. columns.SelectMany(Of)];

    /// <summary>The column's slot names; null where it has none.</summary>
    public static string[]? Slots(DataViewSchema.Column column)
    {
        if (!column.HasSlotNames())
        {
            return null;
        }
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    public static bool HasSlots(this SchemaShape.Column column) => column.Annotations.TryFindColumn(SlotNames, out _);

    /// <summary>Annotations of slot names made when they are first asked for.</summary>
    public static void AddSlotNames(this DataViewSchema.Annotations.Builder builder, int count, Func<string[]> names)
    {
        var texts = new Lazy<ReadOnlyMemory<char>[]>(() => [.. names().Select(name => name.AsMemory())]);
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter = (ref VBuffer<ReadOnlyMemory<char>> values) => texts.Value.CopyInto(ref values);
        builder.Add(SlotNames, new VectorDataViewType(TextDataViewType.Instance, count), getter);
    }

    /// <summary>The promise of slot names.</summary>
    public static SchemaShape.Column SlotNamesPromise() => new(SlotNames, VectorKind.Vector, TextDataViewType.Instance, false);

    private static IEnumerable<string> Of(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType vector)
        {
            return [column.Name];
        }
        var slots = Slots(column) ?? [.. Enumerable.Range(0, vector.Size).Select(i => i.ToString())];
        return slots.Select(slot => $"{column.Name}.{slot}");
    }
}
