using Microsoft.ML.Extensions.Samples;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>What stands in a cell that has no value.</summary>
internal static class MissingMarkers
{
    private static readonly HashSet<string> s_anywhere =
        new(StringComparer.OrdinalIgnoreCase) { "", "?", "NA", "N/A", "#N/A", "#NA", "<NA>", "NaN", "null", "(null)" };

    /// <summary>
    /// Whether a cell has no value. Among numbers these are also <c>-</c>, <c>.</c>, <c>none</c> and what else spreadsheets write; among
    /// texts these may be values, as <c>-</c> is beside <c>+</c>.
    /// </summary>
    public static bool IsMissing(string cell, bool isText) => isText ? s_anywhere.Contains(cell) : TableColumn.IsMissing(cell);
}
