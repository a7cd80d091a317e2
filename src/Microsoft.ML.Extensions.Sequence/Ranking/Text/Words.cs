using System.Buffers;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The words of a text.</summary>
internal static class Words
{
    private const char Apostrophe = '\'';
    private const char CurlyApostrophe = '\u2019';

    private enum Kind
    {
        Other,
        Letter,
        Digit,

        // Belongs to the letter or digit before it.
        Mark,

        // A word by itself.
        Sign,
    }

    /// <summary>The words in the order of the text.</summary>
    /// <param name="text">Any text; half a surrogate pair is not a letter.</param>
    /// <param name="lowerCase">Whether they become lower case.</param>
    public static List<string> Of(ReadOnlySpan<char> text, bool lowerCase)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var last = Kind.Other;
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf16(text, out var rune, out var length);
            text = text[length..];
            var kind = Of(rune);
            if (kind == Kind.Mark && last == Kind.Other || kind == Kind.Other && !Joins(rune, last, text))
            {
                End(words, word);
                last = Kind.Other;
                continue;
            }
            if (kind == Kind.Sign || last == Kind.Sign && kind != Kind.Mark)
            {
                End(words, word);
            }
            Append(word, rune, lowerCase);
            last = kind is Kind.Mark or Kind.Other ? last : kind;
        }
        End(words, word);
        return words;
    }

    /// <summary>Whether a text is a single word.</summary>
    public static bool IsOne(string? text) => text is null || Of(text, lowerCase: false) is [var word] && word.Length == text.Length;

    /// <summary>A word as it is extracted from a text.</summary>
    public static string Plain(string word) => word.Replace(CurlyApostrophe, Apostrophe);

    // Within a word: an apostrophe between letters, a point or comma between digits.
    private static bool Joins(Rune rune, Kind before, ReadOnlySpan<char> rest) =>
        before == Kind.Letter && rune.Value is Apostrophe or CurlyApostrophe && Next(rest) == Kind.Letter
        || before == Kind.Digit && rune.Value is '.' or ',' && Next(rest) == Kind.Digit;

    private static Kind Next(ReadOnlySpan<char> rest) =>
        Rune.DecodeFromUtf16(rest, out var rune, out _) == OperationStatus.Done ? Of(rune) : Kind.Other;

    private static Kind Of(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.OtherLetter when IsSign(rune.Value) => Kind.Sign,
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber => Kind.Letter,
        UnicodeCategory.DecimalDigitNumber => Kind.Digit,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => Kind.Mark,
        _ => Kind.Other,
    };

    // Hiragana; the ideographs of the first plane with their compatibility forms; those of planes 2 and 3.
    private static bool IsSign(int value) =>
        value is >= 0x3041 and <= 0x309F or >= 0x3400 and <= 0x4DBF or >= 0x4E00 and <= 0x9FFF or >= 0xF900 and <= 0xFAFF
            or >= 0x20000 and <= 0x3FFFF;

    private static void Append(StringBuilder word, Rune rune, bool lowerCase)
    {
        var written = rune.Value == CurlyApostrophe ? new Rune(Apostrophe) : lowerCase ? Rune.ToLowerInvariant(rune) : rune;
        Span<char> units = stackalloc char[2];
        word.Append(units[..written.EncodeToUtf16(units)]);
    }

    private static void End(List<string> words, StringBuilder word)
    {
        if (word.Length == 0)
        {
            return;
        }
        var possessive = word.Length > 2 && word[^2] == Apostrophe && word[^1] is 's' or 'S';
        words.Add(word.ToString(0, possessive ? word.Length - 2 : word.Length));
        word.Clear();
    }
}
