using System.Globalization;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>The time of a query over many documents, with one stage and with two, compared with Lucene.Net.</summary>
internal static class RankerBenchmark
{
    private const int Documents = 100_000;
    private const int Words = 60;
    private const int Vocabulary = 50_000;
    private const int Queries = 300;
    private const int WarmUps = 30;
    private const int Top = 10;

    public static string Run()
    {
        var random = new Random(1);
        string[] documents = [.. Enumerable.Range(0, Documents).Select(_ => Text(random, Words, 2))];
        string[] queries = [.. Enumerable.Range(0, Queries + WarmUps).Select(_ => Text(random, 4, 1.3))];
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"{Documents} generated documents of {Words} words, {Vocabulary} words by a power law, {Queries} queries of 4 words, the best {Top}; one query after the other{(Timing.OfProcessor ? ", processor time" : "")}. Two stages score the first one's best 100.");
        report.AppendLine();
        report.AppendLine("| ranker | indexed in s | a query, median ms | 99th percentile ms |");
        report.AppendLine("|---|---|---|---|");
        using var lucene = Timed("Lucene.Net 4.8.0-beta00017, BM25", () => new LuceneIndex(documents), (index, query) => index.Search(query, Top));
        var ml = new MLContext(1);
        using var words = Timed("Ranker, BM25", () => Filled(ml.Ranking.CreateRanker(), documents), (ranker, query) => ranker.Rank(query, Top));
        foreach (var architecture in new[] { RankingArchitecture.KNrm, RankingArchitecture.Drmm, RankingArchitecture.Dssm })
        {
            using var model = Trained(ml, documents, architecture);
            using var ranker = Timed(
                $"Ranker, BM25 and {architecture}", () => Filled(model.CreateRanker(), documents), (ranker, query) => ranker.Rank(query, Top));
        }
        return report.ToString();

        T Timed<T>(string name, Func<T> make, Action<T, string> ask)
        {
            T? made = default;
            var built = Timing.Seconds(() => made = make());
            foreach (var query in queries[..WarmUps])
            {
                ask(made!, query);
            }
            double[] seconds = [.. queries[WarmUps..].Select(query => OneQuery(() => ask(made!, query))).Order()];
            report.AppendLine(CultureInfo.InvariantCulture,
                $"| {name} | {built:F1} | {1e3 * seconds[seconds.Length / 2]:F2} | {1e3 * seconds[seconds.Length * 99 / 100]:F2} |");
            return made!;
        }
    }

    // Timing.Seconds repeats short runs when it counts processor time, which would hide the slow queries.
    private static double OneQuery(Action action)
    {
        var (start, processor) = (System.Diagnostics.Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        action();
        return (Timing.OfProcessor ? Environment.CpuUsage.TotalTime - processor : System.Diagnostics.Stopwatch.GetElapsedTime(start)).TotalSeconds;
    }

    private static Ranker Filled(Ranker ranker, string[] documents)
    {
        for (var place = 0; place < documents.Length; place++)
        {
            ranker.Add(FormattableString.Invariant($"{place}"), documents[place]);
        }
        return ranker;
    }

    // The time does not depend on what the network learns.
    private static NetworkTransformer Trained(MLContext ml, string[] documents, RankingArchitecture architecture)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.GroupId)].ColumnType = new KeyDataViewType(typeof(uint), 16);
        var rows = Enumerable.Range(0, 16 * 20).Select(row => new Row
        {
            GroupId = (uint)(row / 20),
            Query = string.Join(' ', documents[row / 20].Split(' ').Take(4)),
            Document = documents[row / 20 + (row % 20)],
            Label = row % 20 == 0 ? 1 : 0,
        });
        var options = new NeuralRankingOptions { Architecture = architecture, EnsembleSize = 1 };
        options.Training.Epochs = 1;
        return ml.Ranking.Trainers.NeuralRanking(options).Fit(ml.Data.LoadFromEnumerable(rows, schema));
    }

    private static string Text(Random random, int words, double power) =>
        string.Join(' ', Enumerable.Range(0, words).Select(_ => FormattableString.Invariant($"w{(int)(Vocabulary * Math.Pow(random.NextDouble(), power))}")));

    private sealed class Row
    {
        public uint GroupId { get; set; }

        public string Query { get; set; } = "";

        public string Document { get; set; } = "";

        public float Label { get; set; }
    }
}
