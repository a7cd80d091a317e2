using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.MLNet;

/// <summary>The names of the slots of a vector column.</summary>
internal static class SlotNames
{
    /// <summary>The most slots that get names: names take many times the memory of the values.</summary>
    public const int Most = 1 << 16;

    private const string Kind = "SlotNames";

    /// <summary>Adds an annotation of names that are made on first use; none where there are too many slots.</summary>
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
        builder.Add(Kind, new VectorDataViewType(TextDataViewType.Instance, count),
            (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)((ref VBuffer<ReadOnlyMemory<char>> values) =>
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
