namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Splits texts into terms, in these steps: words, lower case, removal of stop words, stemming, n-grams.</summary>
/// <remarks>
/// A word is a run of letters, digits and marks on them, with an apostrophe between letters and a point or comma between digits in it
/// (<c>o'neill</c>, <c>1.5</c>); an English possessive <c>'s</c> is removed. An ideograph or Hiragana character is a word by itself. This
/// is close to Unicode's annex 29, without its tables. Texts are not normalised: the same letter in two Unicode normal forms is two
/// letters, so normalise texts that mix both. The result does not depend on the culture. Any number of threads may use an analyzer.
/// </remarks>
public sealed class TextAnalyzer
{
    private readonly TextAnalyzerOptions _options;
    private readonly HashSet<string> _stopWords;

    /// <summary>Creates an analyzer.</summary>
    /// <param name="options">
    /// The options, which are copied. Null for the defaults: lower case, English stop words, Porter's stemmer.
    /// </param>
    /// <exception cref="ArgumentException">An option is not valid; the message lists all that are not.</exception>
    public TextAnalyzer(TextAnalyzerOptions? options = null)
    {
        _options = (options ?? new()).Validated();
        _stopWords = new(_options.StopWords switch
        {
            StopWords.English => EnglishStopWords.All,
            StopWords.Own => _options.OwnStopWords.Select(Words.Plain),
            _ => [],
        }, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The options, to save with a vocabulary.</summary>
    internal TextAnalyzerOptions Options => OptionsCopy.Of(_options);

    /// <summary>The terms of a text in order; empty where it has only stop words.</summary>
    /// <param name="text">Any text.</param>
    public IReadOnlyList<string> Analyze(ReadOnlySpan<char> text)
    {
        var terms = new List<string>();
        foreach (var word in Words.Of(text, _options.LowerCase))
        {
            if (!_stopWords.Contains(word))
            {
                terms.Add(_options.Stemmer == Stemmer.Porter ? PorterStemmer.Stem(word) : word);
            }
        }
        return _options.WordGrams == 1 ? terms : [.. Grams.OfWords(terms, _options.WordGrams)];
    }

    /// <inheritdoc cref="Analyze(ReadOnlySpan{char})"/>
    public IReadOnlyList<string> Analyze(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Analyze(text.AsSpan());
    }
}
