namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads packed queries and renumbers their terms, those of the queries first.</summary>
internal ref struct PairUnpacker
{
    private readonly PairFormat _format;
    private readonly Dictionary<(int Row, int Id), int> _terms = [];
    private ReadOnlySpan<float> _rest;

    public PairUnpacker(ReadOnlySpan<float> values, int rows, PairFormat format, Func<int, int, int[]?>? choose)
    {
        _format = format;
        var stride = rows == 0 ? 0 : values.Length / rows;
        for (var row = 0; row < rows; row++)
        {
            _rest = values.Slice(row * stride, stride);
            Next();
            Queries.Add(Text(row));
        }
        QueryTerms = Words.Count - 1;
        for (var row = 0; row < rows; row++)
        {
            _rest = values.Slice(row * stride, stride);
            Add(row, choose);
        }
    }

    public List<int[]> Queries { get; } = [];

    public List<int[]> Documents { get; } = [];

    public List<int> Counts { get; } = [];

    public List<long> QueryOf { get; } = [];

    public List<float> Numbers { get; } = [];

    /// <summary>The vocabulary index of each term, after that of padding.</summary>
    public List<long> Words { get; } = [TermVocabulary.Padding];

    /// <summary>The letter grams of each term, after those of padding.</summary>
    public List<int[]> Letters { get; } = [[]];

    /// <summary>The encoder's ids of each text in the order of its terms; empty without pieces.</summary>
    public List<int[]> Pieces { get; } = [];

    /// <summary>The number that equal terms share, after that of padding; empty without pieces, where equal terms are one term.</summary>
    public List<long> Same { get; } = [0];

    public readonly bool HasLetters => _format.HasLetters;

    public readonly bool HasPieces => _format.HasPieces;

    /// <summary>The number of distinct terms of the queries.</summary>
    public int QueryTerms { get; }

    private void Add(int row, Func<int, int, int[]?>? choose)
    {
        var count = Next();
        Skip();
        var chosen = choose?.Invoke(row, count);
        var wanted = chosen is null ? null : chosen.ToHashSet();
        var places = new Dictionary<int, (float[] Numbers, int[] Terms)>();
        for (var i = 0; i < count; i++)
        {
            var numbers = Take(_format.Numbers);
            if (wanted?.Contains(i) == false)
            {
                Skip();
                continue;
            }
            places.Add(i, (numbers.ToArray(), Text(row)));
        }
        foreach (var place in chosen ?? [.. Enumerable.Range(0, count)])
        {
            Numbers.AddRange(places[place].Numbers);
            Documents.Add(places[place].Terms);
            QueryOf.Add(row);
        }
        Counts.Add(chosen?.Length ?? count);
    }

    private int[] Text(int row)
    {
        var terms = new int[Next()];
        if (_format.HasPieces)
        {
            ReadPieces(row, terms);
            return terms;
        }
        for (var i = 0; i < terms.Length; i++)
        {
            terms[i] = Term(row);
        }
        return terms;
    }

    // In context, each position of a text is a term of its own.
    private void ReadPieces(int row, int[] terms)
    {
        var pieces = new int[terms.Length];
        for (var i = 0; i < terms.Length; i++)
        {
            var id = Next();
            pieces[i] = Next();
            terms[i] = Words.Count;
            Words.Add(id < _format.Terms ? id : TermVocabulary.Unknown);
            // An unknown term equals only itself, within its row.
            ref var same = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(
                _terms, (id < _format.Terms ? -1 : row, id), out var known);
            same = known ? same : _terms.Count;
            Same.Add(same);
        }
        Pieces.Add(pieces);
    }

    private int Term(int row)
    {
        var id = Next();
        var letters = _format.HasLetters ? Take(Next()) : [];
        // An unknown term equals only itself, within its row.
        ref var term = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(
            _terms, (id < _format.Terms ? -1 : row, id), out var known);
        if (!known)
        {
            term = Words.Count;
            Words.Add(id < _format.Terms ? id : TermVocabulary.Unknown);
            if (_format.HasLetters)
            {
                var grams = new int[letters.Length];
                for (var i = 0; i < grams.Length; i++)
                {
                    grams[i] = (int)letters[i];
                }
                Letters.Add(grams);
            }
        }
        return term;
    }

    private void Skip()
    {
        var terms = Next();
        for (var i = 0; i < terms; i++)
        {
            Next();
            if (_format.HasLetters)
            {
                Take(Next());
            }
            if (_format.HasPieces)
            {
                Next();
            }
        }
    }

    private int Next() => (int)Take(1)[0];

    private ReadOnlySpan<float> Take(int count)
    {
        if (count < 0 || count > _rest.Length)
        {
            throw new FormatException("The numbers are no packed query.");
        }
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
