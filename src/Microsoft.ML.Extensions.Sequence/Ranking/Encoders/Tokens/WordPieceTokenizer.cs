namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Converts text to the ids of word pieces, between <c>[CLS]</c> and <c>[SEP]</c>.</summary>
/// <remarks>
/// Each word (<see cref="BertWords"/>) is split from its beginning into the longest known pieces; where that fails, or beyond 100
/// characters, the word is <c>[UNK]</c>. Special tokens are also recognised within a text, as in Hugging Face's tokenizers. Wu et al. 2016,
/// arXiv 1609.08144.
/// </remarks>
internal sealed class WordPieceTokenizer
{
    /// <summary>The special tokens; all but <c>[MASK]</c> are required.</summary>
    public static readonly IReadOnlyList<string> Special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    /// <summary>The number of tokens added to every text.</summary>
    public const int Around = 2;

    // In code points, as Hugging Face counts.
    private const int LongestWord = 100;

    private readonly WordPieceVocabulary _vocabulary;
    private readonly WordPieceSettings _settings;
    private readonly int _unknown;

    /// <exception cref="FormatException">The vocabulary lacks a special token; the message names it.</exception>
    public WordPieceTokenizer(WordPieceVocabulary vocabulary, WordPieceSettings settings)
    {
        (_vocabulary, _settings) = (vocabulary, settings);
        if (Missing(vocabulary) is { } missing)
        {
            throw new FormatException($"The vocabulary of {vocabulary.Count} pieces has no '{missing}'; it is not one of a BERT encoder.");
        }
        (Padding, _unknown, Start, End) =
            (vocabulary.First.Find(Special[0]), vocabulary.First.Find(Special[1]), vocabulary.First.Find(Special[2]), vocabulary.First.Find(Special[3]));
    }

    /// <summary>The required special token that a vocabulary lacks; null where it has them all.</summary>
    public static string? Missing(WordPieceVocabulary vocabulary) => Special.Take(4).FirstOrDefault(token => vocabulary.First.Find(token) < 0);

    /// <summary>The id that fills short rows of a batch.</summary>
    public int Padding { get; }

    /// <summary>The id before every text, <c>[CLS]</c>.</summary>
    public int Start { get; }

    /// <summary>The id after every text, <c>[SEP]</c>.</summary>
    public int End { get; }

    /// <summary>The ids of a text.</summary>
    /// <param name="text">Any text; an empty one gives the two added tokens.</param>
    /// <param name="most">The most ids, including the two added tokens, at least 2; longer texts are truncated at the end.</param>
    public int[] Encode(string text, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, Around);
        var ids = new Ids(most - 1);
        ids.Add(Start);
        var rest = text.AsSpan();
        while (rest.Length > 0 && !ids.IsFull)
        {
            var (place, token) = NextSpecial(rest);
            AddWords(rest[..place], ids);
            if (token is null)
            {
                break;
            }
            ids.Add(_vocabulary.First.Find(token));
            rest = rest[(place + token.Length)..];
        }
        return ids.With(End);
    }

    private void AddWords(ReadOnlySpan<char> text, Ids ids) => new BertWords(_settings).Split(text, word =>
    {
        AddWord(word, ids);
        return !ids.IsFull;
    });

    private (int Place, string? Token) NextSpecial(ReadOnlySpan<char> text)
    {
        for (var place = text.IndexOf('['); place >= 0;)
        {
            foreach (var token in Special)
            {
                if (text[place..].StartsWith(token, StringComparison.Ordinal) && _vocabulary.First.Find(token) >= 0)
                {
                    return (place, token);
                }
            }
            var next = text[(place + 1)..].IndexOf('[');
            place = next < 0 ? -1 : place + 1 + next;
        }
        return (text.Length, null);
    }

    private void AddWord(ReadOnlySpan<char> word, Ids ids)
    {
        var begin = ids.Count;
        if (IsTooLong(word))
        {
            ids.Add(_unknown);
            return;
        }
        for (var start = 0; start < word.Length;)
        {
            var (id, length) = Longest(word[start..], start == 0);
            if (id < 0)
            {
                ids.ShrinkTo(begin);
                ids.Add(_unknown);
                return;
            }
            ids.Add(id);
            start += length;
        }
    }

    private (int Id, int Length) Longest(ReadOnlySpan<char> rest, bool isFirst)
    {
        var pieces = isFirst ? _vocabulary.First : _vocabulary.Further;
        for (var length = Math.Min(rest.Length, pieces.Longest); length > 0; length--)
        {
            var id = pieces.Find(rest[..length]);
            if (id >= 0)
            {
                return (id, length);
            }
        }
        return (-1, 0);
    }

    private static bool IsTooLong(ReadOnlySpan<char> word)
    {
        if (word.Length <= LongestWord)
        {
            return false;
        }
        var count = 0;
        foreach (var _ in word.EnumerateRunes())
        {
            count++;
        }
        return count > LongestWord;
    }

    // A word is split completely even where it crosses the limit, since only then it is known whether it is [UNK].
    private sealed class Ids(int most)
    {
        private readonly List<int> _ids = [];

        public int Count => _ids.Count;

        public bool IsFull => _ids.Count >= most;

        public void Add(int id) => _ids.Add(id);

        public void ShrinkTo(int count) => _ids.RemoveRange(count, _ids.Count - count);

        public int[] With(int end) => [.. _ids.Take(most), end];
    }
}
