using System.Globalization;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The relevance grades of documents for queries: qrels, in TREC's terms.</summary>
public sealed class RelevanceJudgements
{
    private readonly Dictionary<string, Dictionary<string, double>> _grades = new(StringComparer.Ordinal);
    private readonly List<string> _queries = [];

    /// <summary>The ids of the judged queries, in the order of addition.</summary>
    public IReadOnlyList<string> Queries => _queries;

    /// <summary>Adds a judgement.</summary>
    /// <param name="query">The query's id.</param>
    /// <param name="document">The document's id.</param>
    /// <param name="grade">0 or less for a document that is not relevant, more for a relevant one.</param>
    /// <exception cref="ArgumentException">
    /// An id is empty, the grade is not finite, or the document is already judged for the query.
    /// </exception>
    public void Add(string query, string document, double grade)
    {
        ArgumentException.ThrowIfNullOrEmpty(query);
        ArgumentException.ThrowIfNullOrEmpty(document);
        if (!double.IsFinite(grade))
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture,
                    $"Document '{document}' of query '{query}' has the grade {grade}; grades are finite numbers."), nameof(grade));
        }
        if (!_grades.TryGetValue(query, out var judged))
        {
            _grades.Add(query, judged = new(StringComparer.Ordinal));
            _queries.Add(query);
        }
        if (!judged.TryAdd(document, grade))
        {
            throw new ArgumentException(
                $"Document '{document}' is judged twice for query '{query}'; keep one judgement.", nameof(document));
        }
    }

    /// <summary>The grades of the documents judged for a query by their ids; empty where none is.</summary>
    /// <param name="query">The query's id.</param>
    public IReadOnlyDictionary<string, double> Grades(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return _grades.TryGetValue(query, out var judged) ? judged : new Dictionary<string, double>();
    }

    /// <summary>
    /// The number of queries and of judgements whose query or document is not in a collection, to report with its results.
    /// </summary>
    /// <param name="queries">The ids of the collection's queries.</param>
    /// <param name="documents">The ids of its documents.</param>
    public (int Queries, int Judgements) CountUnknown(IEnumerable<string> queries, IEnumerable<string> documents)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(documents);
        var (knownQueries, knownDocuments) = (queries.ToHashSet(StringComparer.Ordinal), documents.ToHashSet(StringComparer.Ordinal));
        return (
            _queries.Count(query => !knownQueries.Contains(query)),
            _grades.Sum(pair => knownQueries.Contains(pair.Key) ? pair.Value.Keys.Count(document => !knownDocuments.Contains(document))
                : pair.Value.Count));
    }

    /// <summary>Reads TREC qrels: a line <c>query iteration document grade</c> for each judgement; the iteration is ignored.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="FormatException">
    /// A line has another form, a grade is not a whole number, or a document is judged twice; the message names file and line.
    /// </exception>
    public static RelevanceJudgements Read(string path)
    {
        var judgements = new RelevanceJudgements();
        foreach (var line in TrecLine.Read(path, 4, "query iteration document grade"))
        {
            if (!int.TryParse(line.Fields[3], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var grade))
            {
                throw line.Wrong($"'{line.Fields[3]}' is not a grade; grades are whole numbers");
            }
            line.Try(() => judgements.Add(line.Fields[0], line.Fields[2], grade));
        }
        return judgements;
    }
}
