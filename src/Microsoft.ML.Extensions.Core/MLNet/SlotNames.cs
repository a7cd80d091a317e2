using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.MLNet;

/// <summary>The names of a vector column's single values.</summary>
internal static class SlotNames
{
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
