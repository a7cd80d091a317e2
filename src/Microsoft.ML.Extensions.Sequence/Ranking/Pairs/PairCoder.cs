namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Converts the texts of a query and its documents to numbers.</summary>
/// <param name="analyzer">Splits texts into terms.</param>
/// <param name="terms">Their numbers.</param>
/// <param name="letters">The numbers of letter grams; null where the network reads whole terms only.</param>
/// <param name="limits">The number of terms of a text to read.</param>
/// <param name="pieces">Splits texts into the pieces of an encoder, which are then the terms; null for none.</param>
internal sealed class PairCoder(
    TextAnalyzer analyzer, TermVocabulary terms, TermVocabulary? letters, PairLimits limits, PieceReader? pieces = null)
    : IQueryCoder
{
    /// <summary>The length of a letter gram, as in DSSM.</summary>
    public const int GramLength = 3;

    private readonly List<float> _values = [];
    private readonly Dictionary<string, int> _unknown = new(StringComparer.Ordinal);
    private int _next;

    public ReadOnlySpan<float> Values => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_values);

    public void Begin(ReadOnlySpan<char> query)
    {
        _values.Clear();
        _unknown.Clear();
        _next = terms.Count;
        _values.Add(0);
        Write(query, limits.QueryTerms);
    }

    public void Add(ReadOnlySpan<char> document, ReadOnlySpan<float> numbers)
    {
        _values[0]++;
        _values.AddRange(numbers);
        Write(document, limits.DocumentTerms);
    }

    private void Write(ReadOnlySpan<char> text, int most)
    {
        if (pieces is not null)
        {
            WritePieces(pieces.Read(text, most), pieces);
            return;
        }
        var words = analyzer.Analyze(text);
        var count = Math.Min(words.Count, most);
        _values.Add(Math.Max(1, count));
        for (var i = 0; i < count; i++)
        {
            Write(words[i]);
        }
        if (count == 0)
        {
            _values.Add(_next++);
            WriteLetters("");
        }
    }

    private void Write(string word)
    {
        var id = terms.Id(word);
        if (id == TermVocabulary.Unknown && !_unknown.TryGetValue(word, out id))
        {
            id = _next++;
            _unknown.Add(word, id);
        }
        _values.Add(id);
        WriteLetters(word);
    }

    // Unknown words have one piece, which says nothing about their being equal.
    private void WritePieces(int[] ids, PieceReader reader)
    {
        _values.Add(Math.Max(1, ids.Length));
        foreach (var id in ids)
        {
            if (reader.IsKnown(id))
            {
                Write(reader.Piece(id));
            }
            else
            {
                _values.Add(_next++);
            }
            _values.Add(id);
        }
        if (ids.Length == 0)
        {
            _values.Add(_next++);
            _values.Add(PieceReader.None);
        }
    }

    private void WriteLetters(string word)
    {
        if (letters is null)
        {
            return;
        }
        var place = _values.Count;
        _values.Add(0);
        if (word.Length > 0)
        {
            foreach (var gram in Grams.OfLetters(word, GramLength))
            {
                _values.Add(letters.Id(gram));
                _values[place]++;
            }
        }
    }
}

/// <summary>The number of terms of a text to read, from its beginning.</summary>
/// <param name="QueryTerms">Of a query.</param>
/// <param name="DocumentTerms">Of a document.</param>
internal sealed record PairLimits(int QueryTerms, int DocumentTerms);
