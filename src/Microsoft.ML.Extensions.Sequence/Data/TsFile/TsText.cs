using System.Globalization;
using System.Text;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Fields of a .ts file as text and numbers.</summary>
internal static class TsText
{
    private const int Shown = 40;

    /// <summary>The beginning of a text, shortened and printable for a message.</summary>
    public static string Excerpt(ReadOnlySpan<byte> found) =>
        Excerpt(Encoding.UTF8.GetString(found.Length <= 2 * Shown ? found : found[..(2 * Shown)]));

    /// <inheritdoc cref="Excerpt(ReadOnlySpan{byte})"/>
    public static string Excerpt(string found, int shown = Shown)
    {
        var start = found.Length <= shown ? found : found[..shown] + "...";
        return string.Concat(start.Select(letter => char.IsControl(letter) ? '\uFFFD' : letter));
    }

    /// <summary>The text without surrounding white space.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text[Ascii.Trim(text)];

    /// <summary>Whether the field is a missing value: '?' or NaN.</summary>
    public static bool IsMissing(ReadOnlySpan<byte> text)
    {
        var field = Trim(text);
        return field is [(byte)'?'] || Ascii.EqualsIgnoreCase(field, "nan"u8);
    }

    /// <summary>Reads a finite number, or NaN where it is missing.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out float value)
    {
        if (IsMissing(text))
        {
            value = float.NaN;
            return true;
        }
        return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && float.IsFinite(value);
    }
}
