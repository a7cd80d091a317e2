using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The rankings of one system for a set of queries: a run, in TREC's terms.</summary>
/// <remarks>
/// A document's rank follows from its score, and among equal scores from its id, as in trec_eval, which also uses scores in single
/// precision. The rank in a file is ignored, as in trec_eval.
/// </remarks>
public sealed class RankingRun
{
    private readonly Dictionary<string, Dictionary<string, float>> _scores = new(StringComparer.Ordinal);
    private readonly List<string> _queries = [];

    /// <summary>The ids of the queries that have a ranking, in the order of addition.</summary>
    public IReadOnlyList<string> Queries => _queries;

    /// <summary>Adds a document to the ranking of a query.</summary>
    /// <param name="query">The query's id.</param>
    /// <param name="document">The document's id.</param>
    /// <param name="score">Its score.</param>
    /// <exception cref="ArgumentException">An id is empty, the score is NaN, or the document is already in the ranking.</exception>
    public void Add(string query, string document, float score)
    {
        ArgumentException.ThrowIfNullOrEmpty(query);
        ArgumentException.ThrowIfNullOrEmpty(document);
        if (float.IsNaN(score))
        {
            throw new ArgumentException(
                $"Document '{document}' of query '{query}' has the score NaN, which cannot be ranked.", nameof(score));
        }
        if (!_scores.TryGetValue(query, out var ranking))
        {
            _scores.Add(query, ranking = new(StringComparer.Ordinal));
            _queries.Add(query);
        }
        if (!ranking.TryAdd(document, score))
        {
            throw new ArgumentException(
                $"Document '{document}' is twice in the ranking of query '{query}'; a document has one place.", nameof(document));
        }
    }

    /// <summary>The ranking of a query, the best document first; empty where it has none.</summary>
    /// <param name="query">The query's id.</param>
    public IReadOnlyList<RankedDocument> Ranking(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var ranking = _scores.TryGetValue(query, out var scores)
            ? scores.Select(pair => new RankedDocument(pair.Key, pair.Value)).ToArray() : [];
        Array.Sort(ranking, TrecOrder.Instance);
        return ranking;
    }

    /// <summary>Reads a TREC run: a line <c>query Q0 document rank score tag</c> for each document, in any order.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="FormatException">
    /// A line has another form, a score is not a number, or a document occurs twice in a ranking; the message names file and line.
    /// </exception>
    public static RankingRun Read(string path)
    {
        var run = new RankingRun();
        foreach (var line in TrecLine.Read(path, 6, "query Q0 document rank score tag"))
        {
            if (!float.TryParse(line.Fields[4], NumberStyles.Float, CultureInfo.InvariantCulture, out var score))
            {
                throw line.Wrong($"'{line.Fields[4]}' is no score");
            }
            line.Try(() => run.Add(line.Fields[0], line.Fields[2], score));
        }
        return run;
    }

    /// <summary>Writes the run in TREC's format, completely or not at all.</summary>
    /// <param name="path">The file; an old one is replaced.</param>
    /// <param name="tag">The system's name, without spaces.</param>
    /// <exception cref="ArgumentException">The tag is empty or contains a space.</exception>
    /// <exception cref="InvalidOperationException">An id contains a space, which separates fields in a run.</exception>
    /// <exception cref="IOException">The file cannot be written; an existing file is unchanged.</exception>
    public void Write(string path, string tag)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(tag);
        if (tag.Any(char.IsWhiteSpace))
        {
            throw new ArgumentException($"The tag '{tag}' contains a space, which separates fields in a run.", nameof(tag));
        }
        var text = new StringBuilder();
        foreach (var query in _queries)
        {
            var rank = 0;
            foreach (var document in Ranking(query))
            {
                rank++;
                text.Append(CultureInfo.InvariantCulture, $"{Field(query)} Q0 {Field(document.Id)} {rank} {document.Score:R} {tag}\n");
            }
        }
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static string Field(string id) => id.Any(char.IsWhiteSpace)
        ? throw new InvalidOperationException($"The id '{id}' contains a space, which separates fields in a run; rename it.")
        : id;
}
