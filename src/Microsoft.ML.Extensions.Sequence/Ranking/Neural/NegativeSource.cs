namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Adds documents of other queries to a query, the same ones whenever it is read.</summary>
internal sealed class NegativeSource
{
    private readonly NegativeOptions _options;
    private readonly List<string> _documents;
    private readonly TextAnalyzer _analyzer;
    private readonly InvertedIndex? _index;
    private readonly int _seed;

    private NegativeSource(NeuralRankingOptions options, List<string> documents, int seed)
    {
        (_options, _documents, _seed) = (options.Negatives.OfPool(), documents, seed);
        IsMined = options.Negatives.Source == RankingNegatives.Mined;
        _analyzer = new TextAnalyzer(options.Text);
        _index = _options.Source == RankingNegatives.Bm25 ? new InvertedIndex(1) : null;
        for (var document = 0; _index is not null && document < documents.Count; document++)
        {
            _index.Add(FormattableString.Invariant($"{document}"), [_analyzer.Analyze(documents[document])]);
        }
    }

    /// <summary>Whether the documents are a pool from which the network chooses.</summary>
    public bool IsMined { get; }

    /// <summary>The documents of rows, up to the memory budget.</summary>
    public static NegativeSource Of(RankingRows rows, NeuralRankingOptions options, int seed, Action checkAlive)
    {
        var (documents, known, bytes) = (new List<string>(), new HashSet<string>(StringComparer.Ordinal), 0L);
        while (bytes < options.Settings.RowBytes && rows.MoveNext())
        {
            checkAlive();
            var text = rows.Document.ToString();
            if (known.Add(text))
            {
                documents.Add(text);
                bytes += 2L * text.Length;
            }
        }
        return new(options, documents, seed);
    }

    /// <summary>Adds to a query.</summary>
    /// <param name="group">The query.</param>
    /// <param name="place">Its index among the queries.</param>
    public void Add(QueryGroup group, int place)
    {
        var own = group.Documents.Select(document => document.Text).ToHashSet(StringComparer.Ordinal);
        var random = new Random(unchecked((_seed * 486187739) + place));
        foreach (var document in _index is null ? Drawn(own, random) : Found(group, own, random))
        {
            group.Documents.Add(new(document, [], 0, 0, IsCandidate: IsMined));
        }
    }

    private IEnumerable<string> Drawn(HashSet<string> own, Random random)
    {
        var drawn = new HashSet<int>();
        // If nearly all documents are the query's own, many draws find none.
        for (var draw = 0; drawn.Count < _options.Count && draw < 20 * _options.Count; draw++)
        {
            var document = random.Next(_documents.Count);
            if (!own.Contains(_documents[document]))
            {
                drawn.Add(document);
            }
        }
        return drawn.Select(document => _documents[document]);
    }

    private IEnumerable<string> Found(QueryGroup group, HashSet<string> own, Random random)
    {
        var searcher = new LexicalSearcher(_index!, new LexicalOptions());
        var relevant = group.Documents.Where(document => document.Label > 0).Select(document => document.Text).ToHashSet(StringComparer.Ordinal);
        var ranking = searcher.Find(WeightedQuery.Of(_analyzer.Analyze(group.Query)), _index!.Numbers);
        var highest = _options.MaxScore ?? double.PositiveInfinity;
        if (_options.RelativeMargin is { } margin)
        {
            var best = ranking.Where(found => relevant.Contains(_documents[found.Document])).Select(found => found.Score).DefaultIfEmpty(double.NegativeInfinity).Max();
            highest = Math.Min(highest, (1 - margin) * best);
        }
        var others = ranking.Where(found => !own.Contains(_documents[found.Document])).Take(_options.LastRank).Skip(_options.FirstRank - 1)
            .Where(found => found.Score <= highest).Select(found => _documents[found.Document]).ToArray();
        random.Shuffle(others);
        return others.Take(_options.Count);
    }
}
