namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A query with its documents.</summary>
/// <param name="Query">Its text.</param>
internal sealed record QueryGroup(string Query)
{
    public List<GroupDocument> Documents { get; } = [];
}

/// <summary>A document of a query.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Numbers">The numbers of the pair in addition to the texts.</param>
/// <param name="Label">Its relevance.</param>
/// <param name="Teacher">The score of the teacher's column.</param>
/// <param name="Taught">The score of a trained model that teaches.</param>
/// <param name="IsCandidate">Whether it was added, for the network to choose from.</param>
internal sealed record GroupDocument(
    string Text, float[] Numbers, float Label, float Teacher, float Taught = 0, bool IsCandidate = false);

/// <summary>Groups the rows of each query.</summary>
internal static class QueryGroups
{
    /// <summary>The queries in the order of their first rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="isGrouped">Whether the rows of a query are adjacent, so that only one query is in memory.</param>
    public static IEnumerable<QueryGroup> Of(RankingRows rows, bool isGrouped) => isGrouped ? Runs(rows) : Gathered(rows);

    private static IEnumerable<QueryGroup> Runs(RankingRows rows)
    {
        QueryGroup? group = null;
        var key = 0UL;
        while (rows.MoveNext())
        {
            if (group is not null && rows.Group != key)
            {
                yield return group;
                group = null;
            }
            group ??= new QueryGroup(rows.Query.ToString());
            key = rows.Group;
            group.Documents.Add(Document(rows, rows.Document.ToString()));
        }
        if (group is not null)
        {
            yield return group;
        }
    }

    private static List<QueryGroup> Gathered(RankingRows rows)
    {
        var groups = new Dictionary<ulong, QueryGroup>();
        var ordered = new List<QueryGroup>();
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        while (rows.MoveNext())
        {
            if (!groups.TryGetValue(rows.Group, out var group))
            {
                group = new QueryGroup(rows.Query.ToString());
                groups.Add(rows.Group, group);
                ordered.Add(group);
            }
            var text = rows.Document.ToString();
            if (!texts.TryAdd(text, text))
            {
                text = texts[text];
            }
            group.Documents.Add(Document(rows, text));
        }
        return ordered;
    }

    private static GroupDocument Document(RankingRows rows, string text) => new(
        text, [.. rows.Numbers], rows.Label, rows.Teacher(), rows.Taught);
}
