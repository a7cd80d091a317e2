namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The documents of each term, with frequencies by field.</summary>
/// <remarks>
/// A removed document leaves the statistics at once, and the postings when half of all documents are removed: a removal costs as much as an
/// addition on average. Any number of threads may read while no thread changes it.
/// </remarks>
internal sealed class InvertedIndex(int fields) : ITermStatistics
{
    private readonly Dictionary<string, int> _numbersOfTerms = new(StringComparer.Ordinal);
    private readonly List<string> _terms = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly long[] _words = new long[fields];
    private List<PostingList> _postings = [];
    private List<string> _ids = [];
    private List<DocumentTerms?> _documents = [];
    private List<int> _lengths = [];

    public int Documents => _numbers.Count;

    public int Fields => fields;

    /// <summary>The number of documents, including removed ones that still have a number.</summary>
    public int Numbers => _documents.Count;

    /// <summary>The ids of all documents in the order of addition.</summary>
    public IEnumerable<string> Ids => Enumerable.Range(0, Numbers).Where(IsAlive).Select(Id);

    public long Words(int field) => _words[field];

    public int DocumentFrequency(string term) => Postings(term)?.Alive ?? 0;

    public long Frequency(string term) => Postings(term)?.Frequency ?? 0;

    public PostingList? Postings(string term) => _numbersOfTerms.TryGetValue(term, out var number) ? _postings[number] : null;

    public string Term(int number) => _terms[number];

    public bool IsAlive(int document) => _documents[document] is not null;

    public string Id(int document) => _ids[document];

    /// <summary>The number of a document; -1 where it does not exist.</summary>
    public int Number(string id) => _numbers.GetValueOrDefault(id, -1);

    /// <summary>The terms of an existing document.</summary>
    public DocumentTerms Terms(int document) => _documents[document]!;

    /// <summary>The number of words of each field of each document, [numbers, fields].</summary>
    public ReadOnlySpan<int> Lengths => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_lengths);

    /// <summary>Adds a document by the terms of its fields, which may be empty.</summary>
    /// <exception cref="ArgumentException">The id exists already.</exception>
    public void Add(string id, IReadOnlyList<IReadOnlyList<string>> terms)
    {
        if (_numbers.ContainsKey(id))
        {
            throw new ArgumentException(
                $"Document '{id}' is in the index already; remove it first, or give this one another id.", nameof(id));
        }
        Append(id, DocumentTerms.Of(terms, NumberOf));
    }

    /// <summary>Adds a document by the numbers of its terms.</summary>
    public void Append(string id, DocumentTerms terms)
    {
        var lengths = terms.Lengths(fields);
        var number = _documents.Count;
        _numbers.Add(id, number);
        _ids.Add(id);
        _documents.Add(terms);
        _lengths.AddRange(lengths);
        for (var field = 0; field < fields; field++)
        {
            _words[field] += lengths[field];
        }
        for (var place = 0; place < terms.Terms.Length; place++)
        {
            _postings[terms.Terms[place]].Add(number, terms.Of(place, fields));
        }
    }

    /// <summary>Removes a document; false where there is none of this id.</summary>
    public bool Remove(string id)
    {
        if (!_numbers.Remove(id, out var number))
        {
            return false;
        }
        var terms = _documents[number]!;
        _documents[number] = null;
        for (var place = 0; place < terms.Terms.Length; place++)
        {
            _postings[terms.Terms[place]].Forget(terms.Of(place, fields));
        }
        for (var field = 0; field < fields; field++)
        {
            _words[field] -= _lengths[(number * fields) + field];
        }
        if (_documents.Count > 2 * _numbers.Count)
        {
            Compact();
        }
        return true;
    }

    /// <summary>The number of a term; an unknown term gets a new one.</summary>
    public int NumberOf(string term)
    {
        if (!_numbersOfTerms.TryGetValue(term, out var number))
        {
            number = _terms.Count;
            _numbersOfTerms.Add(term, number);
            _terms.Add(term);
            _postings.Add(new());
        }
        return number;
    }

    // Terms that no document has any more are removed too.
    private void Compact()
    {
        var kept = Enumerable.Range(0, Numbers).Where(IsAlive).Select(number => (Id: Id(number), Terms: Terms(number))).ToArray();
        var names = _terms.ToArray();
        _numbersOfTerms.Clear();
        _terms.Clear();
        _numbers.Clear();
        Array.Clear(_words);
        (_postings, _ids, _documents, _lengths) = ([], [], [], []);
        foreach (var (id, terms) in kept)
        {
            Append(id, terms with { Terms = Array.ConvertAll(terms.Terms, term => NumberOf(names[term])) });
        }
    }
}
