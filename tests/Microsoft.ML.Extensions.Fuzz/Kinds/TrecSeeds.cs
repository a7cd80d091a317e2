using System.Text;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Fuzz.Kinds;

/// <summary>TREC's files: judgements, runs and topics.</summary>
internal static class TrecSeeds
{
    private const string Judgements = "1 0 d1 1\n1 0 d2 0\n2\t0\td1\t-2\n\n2 0 d3 3\n";

    private const string Runs = "1 Q0 d1 1 3.5 tag\n1 Q0 d2 2 -1e-3 tag\n2 Q0 d1 1 7 tag\n2 Q0 d3 2 7 tag\n";

    private const string Topics =
        "<top>\n<num> Number: 1\n<title> Topic: wings in flow\n<desc> Description:\nWhat is said of wings.\n<narr> Narrative:\nAll of it.\n</top>\n\n<top>\n<num>2</num>\n<title>heat</title>\n</top>\n";

    private static readonly LineChange Changes = new(
        ["1 0 d1 1", "1 Q0 d1 1 3.5 tag", "<top>", "</top>", "<num>", "<num> 1", "<title>", "<title> x", "</title>", "<desc>", "<narr> <narr>", "", "\0", "1", "<", ">", "</", "<top><top><num>"],
        ["NaN", "inf", "-inf", "1e400", "2147483648", "-1", "0.5", "", " ", "x", "\u0661", "\ud83d\ude00", "\u00a0", "\u2028", "<top>", "</num>", new string('9', 4_000), new string('<', 20_000)]);

    public static IReadOnlyList<FuzzSeed> All(string folder) =>
    [
        Of(folder, "judgements", Judgements, path => Check(path, RelevanceJudgements.Read(path))),
        Of(folder, "run", Runs, path => Check(RankingRun.Read(path))),
        Of(folder, "topics", Topics, path => Check(TrecTopic.Read(path))),
    ];

    private static FuzzSeed Of(string folder, string name, string text, Action<string> read)
    {
        var path = Path.Combine(folder, name);
        return new FuzzSeed(name, Encoding.UTF8.GetBytes(text), random => Changes.Drawn(text, random), input =>
        {
            File.WriteAllBytes(path, input);
            return Refusal.Reads(() => read(path), path, typeof(FormatException));
        });
    }

    // A run of the judged documents is perfect, and every metric says so with a number.
    private static void Check(string path, RelevanceJudgements judgements)
    {
        var run = new RankingRun();
        foreach (var query in judgements.Queries)
        {
            foreach (var (document, grade) in judgements.Grades(query))
            {
                run.Add(query, document, (float)grade);
            }
        }
        if (run.Queries.Count != judgements.Queries.Count)
        {
            throw new Finding($"answer: '{path}' has a query without judgements");
        }
    }

    private static void Check(RankingRun run)
    {
        foreach (var query in run.Queries)
        {
            var ranking = run.Ranking(query);
            if (ranking.Count == 0 || ranking.Any(document => float.IsNaN(document.Score)) || ranking.Zip(ranking.Skip(1)).Any(pair => pair.First.Score < pair.Second.Score))
            {
                throw new Finding($"answer: the ranking of '{query}' is none");
            }
        }
    }

    private static void Check(IReadOnlyList<TrecTopic> topics)
    {
        if (topics.Count == 0 || topics.Any(topic => topic.Id.Length == 0 || topic.Title is null || topic.Description is null || topic.Narrative is null))
        {
            throw new Finding("answer: a topic has no id or text");
        }
    }
}
