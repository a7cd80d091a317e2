namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Turns a sentence into terms, and terms into numbers of a vocabulary.</summary>
/// <param name="options">The options.</param>
/// <param name="vocabulary">The vocabulary; null to learn it.</param>
internal sealed class TextCoder(TextChannelOptions options, TermVocabulary? vocabulary = null)
{
    // No term contains a space, so this differs from every run of words.
    private const string Gap = " * ";

    // Nor does a term begin with one, so a run of letters differs from a word of the same letters.
    private const string Run = " ";

    private readonly TextAnalyzer _analyzer = new(options.Words);

    /// <summary>Whether the order of terms matters to the channel.</summary>
    private bool IsOrdered => options.Channel is TextChannel.SequenceEmbedding or TextChannel.Gru;

    /// <summary>The terms of a sentence; empty where it has no words.</summary>
    public IReadOnlyList<string> Terms(ReadOnlySpan<char> sentence)
    {
        var all = _analyzer.Analyze(sentence);
        var words = all.Count <= options.MaxWords ? all : [.. all.Take(options.MaxWords)];
        return IsOrdered ? words : [.. Bag(words), .. options.LetterGrams == 0 ? [] : words.SelectMany(Letters)];
    }

    /// <summary>
    /// The numbers of a sentence's terms. A bag leaves unknown terms out; in an ordered channel they keep their place. A sentence without
    /// any known term is one unknown term.
    /// </summary>
    public int[] Encode(ReadOnlySpan<char> sentence)
    {
        var ids = vocabulary!.Ids(Terms(sentence));
        ids = IsOrdered ? ids : Array.FindAll(ids, id => id != TermVocabulary.Unknown);
        return Array.Exists(ids, id => id != TermVocabulary.Unknown) ? ids : [TermVocabulary.Unknown];
    }

    private IEnumerable<string> Bag(IReadOnlyList<string> words) => options.Channel switch
    {
        TextChannel.Bigrams => Grams.OfWords(words, 2),
        TextChannel.Trigrams => Grams.OfWords(words, 3),
        TextChannel.SkipGrams => [.. Grams.OfWords(words, 3), .. words.Zip(words.Skip(2), (first, last) => first + Gap + last)],
        _ => words,
    };

    private IEnumerable<string> Letters(string word) => Grams.OfLetters(word, options.LetterGrams).Select(letters => Run + letters);
}
