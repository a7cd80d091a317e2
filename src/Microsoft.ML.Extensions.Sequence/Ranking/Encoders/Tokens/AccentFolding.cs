using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Characters without their accents: canonical decomposition (Unicode Standard Annex 15, NFD), then no nonspacing marks.</summary>
internal static class AccentFolding
{
    private const int HangulFirst = 0xAC00;
    private const int HangulLast = 0xD7A3;
    private const int Vowels = 21;
    private const int Finals = 28;

    private static readonly FrozenDictionary<int, Rune[]> Parts = AccentTable.Text
        .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        .Select(entry => entry.Split(':'))
        .ToFrozenDictionary(pair => CodePoint(pair[0]), pair =>
            pair[1].Split('.').Where(part => part.Length > 0).Select(part => new Rune(CodePoint(part))).ToArray());

    /// <summary>Appends a character without its accents; nothing for an accent alone.</summary>
    public static void Add(Rune character, List<Rune> folded)
    {
        if (character.IsAscii)
        {
            folded.Add(character);
        }
        else if (Parts.TryGetValue(character.Value, out var parts))
        {
            folded.AddRange(parts);
        }
        else if (character.Value is >= HangulFirst and <= HangulLast)
        {
            AddHangul(character.Value - HangulFirst, folded);
        }
        else if (Rune.GetUnicodeCategory(character) != UnicodeCategory.NonSpacingMark)
        {
            folded.Add(character);
        }
    }

    // The Unicode Standard, section 3.12.
    private static void AddHangul(int syllable, List<Rune> folded)
    {
        folded.Add(new Rune(0x1100 + (syllable / (Vowels * Finals))));
        folded.Add(new Rune(0x1161 + (syllable % (Vowels * Finals) / Finals)));
        if (syllable % Finals > 0)
        {
            folded.Add(new Rune(0x11A7 + (syllable % Finals)));
        }
    }

    private static int CodePoint(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
