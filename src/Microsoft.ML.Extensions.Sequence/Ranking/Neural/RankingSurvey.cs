using System.Globalization;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Reads the rows of a ranking once before training: the terms of its texts, whether the rows of a query are adjacent, and whether there
/// is anything to learn.
/// </summary>
internal sealed class RankingSurvey
{
    // The paper has 30,000 letter grams.
    private const int MostLetterGrams = 30_000;

    private readonly Dictionary<ulong, (UInt128 Query, long Row)> _queries = [];
    private readonly HashSet<UInt128> _texts = [];
    private readonly TermVocabularyBuilder _terms = new();
    private readonly TermVocabularyBuilder _letters = new();
    private readonly NeuralRankingOptions _options;
    private readonly TextAnalyzer _analyzer;
    private readonly bool _hasLetters;
    private readonly PieceReader? _pieces;
    private readonly List<string>? _kept;
    private long _keptBytes;

    private RankingSurvey(NeuralRankingOptions options, PieceReader? pieces)
    {
        (_options, _analyzer) = (options, new TextAnalyzer(options.Text));
        _hasLetters = pieces is null && RankingArchitectureFacts.Of(options.Architecture).SeesLetters;
        _pieces = pieces;
        _kept = options.TermVectors is null && options.Known is null && !_hasLetters && pieces is null ? [] : null;
    }

    /// <summary>The queries and their labels.</summary>
    public QuerySurvey Queries { get; } = new();

    /// <summary>The bytes of all texts and numbers.</summary>
    public long Bytes { get; private set; }

    /// <summary>Reads all rows.</summary>
    /// <exception cref="InvalidDataException">A row cannot be used.</exception>
    /// <exception cref="InvalidOperationException">Learned vectors would be too long.</exception>
    public static RankingSurvey Of(RankingRows rows, NeuralRankingOptions options, PieceReader? pieces, Action checkAlive)
    {
        var survey = new RankingSurvey(options, pieces);
        if (survey._kept is not null && options.EmbeddingSize > WordVectorOptions.MostDimensions)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"EmbeddingSize is {options.EmbeddingSize} and TermVectors is null; vectors that are learned have at most {WordVectorOptions.MostDimensions} numbers. Set it lower, or give vectors."));
        }
        while (rows.MoveNext())
        {
            checkAlive();
            survey.Add(rows);
        }
        return survey;
    }

    /// <summary>The terms, and the letter grams if the network reads them.</summary>
    public (TermVocabulary Terms, TermVocabulary? Letters) Vocabularies() => (
        _terms.Build(_options.MinDocumentFrequency, _options.MaxTerms), _hasLetters ? _letters.Build(mostTerms: MostLetterGrams) : null);

    /// <summary>The vector of each vocabulary index; null where terms have none, or where no word occurs in two texts.</summary>
    /// <param name="terms">The vocabulary.</param>
    /// <param name="seed">The seed of random vectors.</param>
    /// <param name="checkAlive">Throws when the fit was cancelled.</param>
    public float[]?[]? Vectors(TermVocabulary terms, int seed, Action checkAlive)
    {
        var vectors = _options.TermVectors;
        if (_kept is not null && _kept.Count > 0 && Enumerable.Range(0, terms.Count).Any(id => terms.DocumentFrequency(id) > 1))
        {
            vectors = WordVectors.LearnUntilStopped(_kept, _analyzer, new WordVectorOptions { Dimensions = _options.EmbeddingSize, Seed = seed }, checkAlive);
        }
        if (vectors is null)
        {
            return null;
        }
        var known = vectors.Terms.ToHashSet(StringComparer.Ordinal);
        return [.. Enumerable.Range(0, terms.Count).Select(id => id >= TermVocabulary.FirstTerm && known.Contains(terms.Term(id)) ? Unit(vectors.Vector(terms.Term(id))) : null)];
    }

    private static float[] Unit(float[] vector)
    {
        var length = Math.Sqrt(vector.Sum(value => (double)value * value));
        return Array.ConvertAll(vector, value => (float)(value / length));
    }

    private void Add(RankingRows rows)
    {
        var query = rows.Query.Span;
        var document = rows.Document.Span;
        var hash = Hash(query);
        Bytes += (2L * document.Length) + (sizeof(float) * (rows.Numbers.Length + 2L));
        if (_queries.TryAdd(rows.Group, (hash, rows.Position)))
        {
            Count(query, hash);
            Bytes += 2L * query.Length;
        }
        else if (_queries[rows.Group] is var first && first.Query != hash)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"Column '{_options.QueryColumnName}', row {rows.Position}: the query is not that of row {first.Row}, which is of the same group in column '{_options.GroupColumnName}'; the rows of a group have one query."));
        }
        Queries.Add(rows.Group, rows.Label);
        Count(document, Hash(document));
    }

    // A text of many rows counts once.
    private void Count(ReadOnlySpan<char> text, UInt128 hash)
    {
        if (!_texts.Add(hash))
        {
            return;
        }
        var terms = _pieces?.Terms(text, int.MaxValue) ?? _analyzer.Analyze(text);
        _terms.Add(terms);
        if (_kept is not null && _keptBytes < _options.Settings.RowBytes)
        {
            _kept.Add(text.ToString());
            _keptBytes += 2L * text.Length;
        }
        if (_hasLetters)
        {
            _letters.Add(terms.SelectMany(term => Grams.OfLetters(term, PairCoder.GramLength)));
        }
    }

    // FNV-1a of 128 bits.
    private static UInt128 Hash(ReadOnlySpan<char> text)
    {
        var prime = new UInt128(0x0000000001000000, 0x000000000000013B);
        var hash = new UInt128(0x6c62272e07bb0142, 0x62b821756295c58d);
        foreach (var character in text)
        {
            hash = unchecked((hash ^ character) * prime);
        }
        return hash;
    }
}
