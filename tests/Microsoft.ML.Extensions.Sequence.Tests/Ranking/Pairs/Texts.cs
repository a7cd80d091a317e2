using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Ranking;

/// <summary>Small queries and documents, and what the ranker makes of them.</summary>
internal sealed class Texts
{
    private static readonly TextAnalyzerOptions s_plain = new() { StopWords = StopWords.None, Stemmer = Stemmer.None };

    private readonly TermVocabulary _terms;
    private readonly TermVocabulary _letters;
    private readonly PairLimits _limits;

    /// <param name="learned">The texts whose terms are known.</param>
    /// <param name="limits">How much of a text is read.</param>
    public Texts(string[] learned, PairLimits limits)
    {
        _limits = limits;
        var (terms, letters) = (new TermVocabularyBuilder(), new TermVocabularyBuilder());
        foreach (var text in learned)
        {
            var words = new TextAnalyzer(s_plain).Analyze(text);
            terms.Add(words);
            letters.Add(words.SelectMany(word => Grams.OfLetters(word, 3)));
        }
        (_terms, _letters) = (terms.Build(), letters.Build());
    }

    public TermVocabulary Terms => _terms;

    public TermVocabulary Letters => _letters;

    public PairFormat Format(bool letters) => new(_terms.Count, 0, letters);

    /// <summary>A query with its documents as numbers.</summary>
    public float[] Pack(bool letters, string query, params string[] documents)
    {
        var coder = new PairCoder(new TextAnalyzer(s_plain), _terms, letters ? _letters : null, _limits);
        coder.Begin(query);
        foreach (var document in documents)
        {
            coder.Add(document, []);
        }
        return coder.Values.ToArray();
    }

    /// <summary>A batch of such queries, with so many zeros after the longest.</summary>
    public PairBatch Batch(bool letters, int padding, params float[][] queries)
    {
        var width = queries.Max(query => query.Length) + padding;
        return PairBatch.Of(queries.SelectMany(query => query.Concat(new float[width - query.Length])).ToArray(), queries.Length,
            Format(letters), null, CPU);
    }
}
