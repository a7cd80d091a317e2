using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.MLNet;

/// <summary>The names of a vector column's single values.</summary>
internal static class SlotNames
{
    /// <summary>The most values that are named one by one: nobody looks at more, and the names would take many times the memory of the values.</summary>
    public const int Most = 1 << 16;

    private const string Kind = "SlotNames";

    /// <summary>Annotations of names made when they are first asked for; none where there are too many values to name.</summary>
    /// <param name="builder">Where to.</param>
    /// <param name="count">The values.</param>
    /// <param name="names">Makes a name for each.</param>
    public static void AddSlotNames(this DataViewSchema.Annotations.Builder builder, int count, Func<string[]> names)
    {
        if (count > Most)
        {
            return;
        }
        var texts = new Lazy<ReadOnlyMemory<char>[]>(() => [.. names().Select(name => name.AsMemory())]);
        builder.Add(Kind, new VectorDataViewType(TextDataViewType.Instance, count), (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)((ref VBuffer<ReadOnlyMemory<char>> values) =>
        {
            var editor = VBufferEditor.Create(ref values, texts.Value.Length);
            texts.Value.CopyTo(editor.Values);
            values = editor.Commit();
        }));
    }

    /// <summary>The promise of slot names.</summary>
    public static SchemaShape.Column Promise() => new(Kind, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false);

    /// <summary>The column's slot names; null where it has none.</summary>
    public static string[]? Of(DataViewSchema.Column column)
    {
        if (!column.HasSlotNames())
        {
            return null;
        }
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
