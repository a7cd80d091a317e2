using System.Buffers;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>Writes tables with commas (RFC 4180).</summary>
internal static class CsvText
{
    private static readonly SearchValues<char> s_special = SearchValues.Create(",\"\r\n");

    /// <summary>A cell, in quotes where it needs them.</summary>
    public static string Cell(string text) => text.AsSpan().ContainsAny(s_special) || text != text.Trim()
        ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
