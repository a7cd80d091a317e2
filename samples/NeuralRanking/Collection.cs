using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>Documents, queries and relevance judgements.</summary>
internal sealed record Collection(TextTable Documents, TextTable Queries, RelevanceJudgements Judgements)
{
    private const int Topics = 8;
    private const int DocumentsOfTopic = 15;
    private const int QueriesOfTopic = 4;
    private const int WordsOfTopic = 30;

    public static Collection Read(string documents, string queries, string judgements) =>
        new(TextTable.Read(documents), TextTable.Read(queries), RelevanceJudgements.Read(judgements));

    /// <summary>
    /// Generated documents with a few words of their topic among common ones. A query has three words of its topic, and documents of that
    /// topic are relevant.
    /// </summary>
    public static Collection Generate(int seed)
    {
        var random = new Random(seed);
        var judgements = new RelevanceJudgements();
        var documents = Enumerable.Range(0, Topics * DocumentsOfTopic).Select(document => (Id: $"d{document}", Text: Text(document % Topics, 6, 20))).ToArray();
        var queries = Enumerable.Range(0, Topics * QueriesOfTopic).Select(query => (Id: $"q{query}", Text: Text(query % Topics, 3, 2))).ToArray();
        for (var query = 0; query < queries.Length; query++)
        {
            for (var document = query % Topics; document < documents.Length; document += Topics)
            {
                judgements.Add(queries[query].Id, documents[document].Id, 1);
            }
        }
        return new(Table(documents), Table(queries), judgements);

        string Text(int topic, int own, int common) => string.Join(' ', Enumerable.Range(0, own + common).Select(
            place => place < own ? $"topic{topic}x{random.Next(WordsOfTopic)}" : $"common{(int)(200 * Math.Pow(random.NextDouble(), 2))}"));

        static TextTable Table((string Id, string Text)[] rows) => new([.. rows.Select(row => row.Id)], [.. rows.Select(row => row.Text)]);
    }
}
