namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Finds the best documents for a query: a lexical index and, optionally, vectors beside it and a model that reranks its results.</summary>
/// <remarks>
/// Documents can be added and removed at any time, while any number of threads rank. Equal scores are ordered by descending id. A query
/// without a word of the collection finds nothing, unless there is an <see cref="RankerOptions.Encoder"/>; an empty document is never found.
/// </remarks>
/// <inheritdoc cref="RankerCatalog.CreateRanker(RankingCatalog, IDataView, string, string[], RankerOptions, IDocumentScorer)" path="/example"/>
/// <seealso href="../docs/Ranking.html">docs/Ranking.md</seealso>
public sealed class Ranker : IDisposable
{
    // The texts whose vectors are computed together.
    private const int Together = 64;

    private readonly ReaderWriterLockSlim _lock = new();
    private readonly RankerOptions _options;
    private readonly TextAnalyzer _analyzer;
    private readonly IDocumentScorer? _secondStage;
    private readonly InvertedIndex _index;

    // The texts of each document, for the second stage; null without one.
    private readonly Dictionary<string, string[]>? _texts;

    private readonly RankerVectors? _vectors;

    internal Ranker(RankerOptions options, IDocumentScorer? secondStage, InvertedIndex index, Dictionary<string, string[]>? texts, RankerVectors? vectors)
    {
        (_options, _secondStage, _index, _texts, _vectors) = (options, secondStage, index, texts, vectors);
        _analyzer = new(options.FirstStage.Analyzer);
    }

    /// <summary>The number of documents.</summary>
    public int Count => Reading(() => _index.Documents);

    /// <summary>Adds a document.</summary>
    /// <param name="id">Its id, not empty.</param>
    /// <param name="texts">Its texts, one per field; each may be empty.</param>
    /// <exception cref="ArgumentException">
    /// The id is empty, not valid Unicode or already present, or the number of texts is not the number of fields.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The ranker was disposed.</exception>
    public void Add(string id, params string[] texts)
    {
        Check(id, texts);
        AddChecked(id, texts, _vectors?.Of([Joined(texts)])[0]);
    }

    /// <summary>Adds documents whose vectors are computed together.</summary>
    internal void AddAll(IEnumerable<(string Id, string[] Texts)> documents)
    {
        foreach (var part in documents.Chunk(Together))
        {
            Array.ForEach(part, document => Check(document.Id, document.Texts));
            var vectors = _vectors?.Of([.. part.Select(document => Joined(document.Texts))]);
            for (var i = 0; i < part.Length; i++)
            {
                AddChecked(part[i].Id, part[i].Texts, vectors?[i]);
            }
        }
    }

    /// <summary>Removes a document, and its words from all statistics.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>False where there is no such document.</returns>
    /// <exception cref="ObjectDisposedException">The ranker was disposed.</exception>
    public bool Remove(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return Writing(() =>
        {
            _texts?.Remove(id);
            _vectors?.Remove(id);
            return _index.Remove(id);
        });
    }

    /// <summary>The best documents for a query, the best first; empty where no document has a word of it.</summary>
    /// <param name="query">The query's text.</param>
    /// <param name="top">The most documents, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    /// <exception cref="InvalidOperationException">The second stage gave NaN, or not as many scores as documents; or the encoder gave no finite vector.</exception>
    /// <exception cref="ObjectDisposedException">The ranker was disposed.</exception>
    public IReadOnlyList<RankedDocument> Rank(string query, int top = 10)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        var terms = _analyzer.Analyze(query);
        // An encoder may take long, or be on another machine.
        var vector = _vectors?.Of([query])[0];
        if (_secondStage is null)
        {
            return Reading(() => First(terms, vector, top));
        }
        var (found, texts) = Reading(() =>
        {
            var documents = First(terms, vector, Math.Max(top, _options.Depth));
            return (documents, documents.Select(document => Joined(_texts![document.Id])).ToArray());
        });
        var ranking = found.Count == 0 ? [] : Reranked(query, found, texts);
        return [.. ranking.Take(top)];
    }

    /// <summary>Saves documents, options and the identity of the second stage, completely or not at all.</summary>
    /// <param name="path">The file; an old one is replaced.</param>
    /// <exception cref="IOException">The file cannot be written; an old one is as it was.</exception>
    /// <exception cref="ArgumentException">The documents take more than two gigabytes.</exception>
    /// <exception cref="ObjectDisposedException">The ranker was disposed.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        IndexFile.Write(path, Reading(() => IndexFile.Bytes(_options, _secondStage?.Fingerprint, _index, _texts, _vectors)));
    }

    /// <summary>Ends the use of the ranker.</summary>
    public void Dispose()
    {
        _lock.Dispose();
        _vectors?.Dispose();
    }

    private void Check(string id, string[] texts)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Length != _options.Fields || Array.IndexOf(texts, null) >= 0)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Document '{id}' has {texts.Count(text => text is not null)} texts, and documents here have {_options.Fields} (RankerOptions.Fields); a missing text is \"\"."), nameof(texts));
        }
        if (!IndexFile.IsUnicode(id))
        {
            throw new ArgumentException($"The id '{id}' has a half of a surrogate pair, and so could not be saved.", nameof(id));
        }
    }

    private void AddChecked(string id, string[] texts, float[]? vector)
    {
        var terms = Array.ConvertAll(texts, text => _analyzer.Analyze(text));
        Writing(() =>
        {
            _index.Add(id, terms);
            _texts?.Add(id, (string[])texts.Clone());
            try
            {
                _vectors?.Add(id, vector);
            }
            catch
            {
                _texts?.Remove(id);
                _index.Remove(id);
                throw;
            }
            return true;
        });
    }

    private static string Joined(string[] texts) => string.Join('\n', texts);

    private LexicalSearcher Searcher() => new(_index, _options.FirstStage);

    // By words, or by words and vectors.
    private IReadOnlyList<RankedDocument> First(IReadOnlyList<string> terms, float[]? vector, int top)
    {
        if (_vectors is null)
        {
            return Searcher().Search(terms, top);
        }
        var depth = Math.Max(top, _options.Depth);
        var rankings = new[] { Searcher().Search(terms, depth), vector is null ? [] : _vectors.Search(vector, depth) };
        var scores = rankings.Select(ranking => NormalizedRanking.Of(ranking, ScoreNormalization.MinMax).Scores).ToArray();
        var weight = _options.VectorWeight;
        var mixed = rankings.SelectMany(ranking => ranking).Select(document => document.Id).Distinct(StringComparer.Ordinal).Select(id => new RankedDocument(
            id, (float)(((1 - weight) * scores[0].GetValueOrDefault(id)) + (weight * scores[1].GetValueOrDefault(id))))).ToArray();
        Array.Sort(mixed, TrecOrder.Instance);
        return [.. mixed.Take(top)];
    }

    private RankedDocument[] Reranked(string query, IReadOnlyList<RankedDocument> found, string[] texts)
    {
        var scores = _secondStage!.Score(query, texts);
        if (scores is null || scores.Length != found.Count)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"The second stage gave {scores?.Length ?? 0} scores for {found.Count} documents; each needs one."));
        }
        if (Array.FindIndex(scores, float.IsNaN) is >= 0 and var wrong)
        {
            throw new InvalidOperationException(
                $"The second stage gave the score NaN for document '{found[wrong].Id}', which cannot be ranked.");
        }
        var ranking = found.Select((document, place) => new RankedDocument(document.Id, scores[place])).ToArray();
        Array.Sort(ranking, TrecOrder.Instance);
        return _options.SecondStageWeight == 1 ? ranking : Mixed(found, ranking);
    }

    private RankedDocument[] Mixed(IReadOnlyList<RankedDocument> first, RankedDocument[] second)
    {
        var rankings = new[] { first, second }.Select(ranking => NormalizedRanking.Of(ranking, ScoreNormalization.MinMax).Scores).ToArray();
        var weight = _options.SecondStageWeight;
        var mixed = first.Select(document => new RankedDocument(
            document.Id, (float)(((1 - weight) * rankings[0][document.Id]) + (weight * rankings[1][document.Id])))).ToArray();
        Array.Sort(mixed, TrecOrder.Instance);
        return mixed;
    }

    private T Reading<T>(Func<T> read)
    {
        _lock.EnterReadLock();
        try
        {
            return read();
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    private T Writing<T>(Func<T> write)
    {
        _lock.EnterWriteLock();
        try
        {
            return write();
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }
}
