using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Splits text into words as BERT does: without control characters and accents, in lower case, split at spaces, punctuation and Chinese
/// characters.
/// </summary>
/// <remarks>
/// Devlin et al. 2018, arXiv 1810.04805, by the rules of Hugging Face's tokenizers (normalizers/bert.rs and pre_tokenizers/bert.rs): ASCII
/// symbols such as <c>$</c> count as punctuation; half a surrogate pair is dropped, like U+FFFD.
/// </remarks>
internal sealed class BertWords(WordPieceSettings settings)
{
    // The only upper-case letter whose lower-case form is two characters.
    private const int DottedCapitalI = 0x130;

    private readonly List<char> _word = [];
    private readonly List<Rune> _folded = [];

    /// <summary>Calls a function with each word in order until it returns false; the span is valid during the call.</summary>
    public void Split(ReadOnlySpan<char> text, WordAction found)
    {
        foreach (var character in text.EnumerateRunes())
        {
            if (!IsDropped(character) && !Add(character, found))
            {
                return;
            }
        }
        End(found);
    }

    private bool Add(Rune character, WordAction found)
    {
        if (Rune.IsWhiteSpace(character))
        {
            return End(found);
        }
        return settings.SplitChinese && IsChinese(character.Value)
            ? End(found) && AddFolded(character, found) && End(found)
            : AddFolded(character, found);
    }

    private bool AddFolded(Rune character, WordAction found)
    {
        _folded.Clear();
        if (settings.FoldsAccents)
        {
            AccentFolding.Add(character, _folded);
        }
        else
        {
            _folded.Add(character);
        }
        var goesOn = true;
        for (var part = 0; part < _folded.Count && goesOn; part++)
        {
            goesOn = AddPart(_folded[part], found);
        }
        return goesOn;
    }

    private bool AddPart(Rune part, WordAction found)
    {
        if (!IsPunctuation(part))
        {
            Append(part);
            return true;
        }
        if (!End(found))
        {
            return false;
        }
        Append(part);
        return End(found);
    }

    private void Append(Rune part)
    {
        Span<char> characters = stackalloc char[2];
        if (settings.LowerCase && part.Value == DottedCapitalI)
        {
            _word.AddRange("i\u0307");
            return;
        }
        var length = (settings.LowerCase ? Rune.ToLowerInvariant(part) : part).EncodeToUtf16(characters);
        _word.AddRange(characters[..length]);
    }

    private bool End(WordAction found)
    {
        var goesOn = _word.Count == 0 || found(CollectionsMarshal.AsSpan(_word));
        _word.Clear();
        return goesOn;
    }

    private static bool IsDropped(Rune character) => character.Value switch
    {
        '\t' or '\n' or '\r' => false,
        0 or 0xFFFD => true,
        _ => Rune.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse,
    };

    private static bool IsPunctuation(Rune character) => character.IsAscii
        ? char.IsPunctuation((char)character.Value) || char.IsSymbol((char)character.Value)
        : Rune.IsPunctuation(character);

    private static bool IsChinese(int character) => character is
        (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}

/// <summary>Takes a word; returns whether to continue.</summary>
internal delegate bool WordAction(ReadOnlySpan<char> word);
