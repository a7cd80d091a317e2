using System.Text.RegularExpressions;
using Microsoft.ML.Data;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Microsoft.ML.Extensions.MLNet;

/// <summary>
/// The names of the channels of a sequence column: from an annotation, which columns of any length can have, or from the slot names.
/// </summary>
internal static partial class ChannelNames
{
    private const string Annotation = "ChannelNames";

    /// <summary>The names in the annotation; null where there is none.</summary>
    public static string[]? Find(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(Annotation)?.Type is not VectorDataViewType { ItemType: TextDataViewType })
        {
            return null;
        }
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.Annotations.GetValue(Annotation, ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    /// <summary>A name for each channel of a column <c>[T, C]</c>, all different.</summary>
    public static string[] Of(DataViewSchema.Column column, int channels)
    {
        var names = Find(column) ?? Shared(SlotNames.Of(column), channels);
        return names is not null && names.Length == channels && names.Distinct().Count() == channels && !names.Contains("")
            ? names
            : [.. Enumerable.Range(0, channels).Select(channel => $"Channel {channel}")];
    }

    public static void AddChannelNames(this DataViewSchema.Annotations.Builder builder, string[] names)
    {
        var texts = Array.ConvertAll(names, name => name.AsMemory());
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter = (ref VBuffer<ReadOnlyMemory<char>> value) => value = new(texts.Length, texts);
        builder.Add(Annotation, new VectorDataViewType(TextDataViewType.Instance, texts.Length), getter);
    }

    public static bool HasChannelNames(this SchemaShape.Column column) => column.Annotations.TryFindColumn(Annotation, out _);

    /// <summary>The promise of the annotation.</summary>
    public static SchemaShape.Column Promise() => new(Annotation, VectorKind.Vector, TextDataViewType.Instance, false);

    // Window names a slot "channel[t-3]", so the channel's name is the part that all steps share.
    private static string[]? Shared(string[]? slots, int channels)
    {
        if (slots is null || slots.Length % channels != 0)
        {
            return null;
        }
        var names = Array.ConvertAll(slots, slot => Place().Replace(slot, ""));
        return names.Where((name, slot) => name != names[slot % channels]).Any() ? null : names[..channels];
    }

    [GeneratedRegex(@"\[[^\[\]]*\]$")]
    private static partial Regex Place();
}
