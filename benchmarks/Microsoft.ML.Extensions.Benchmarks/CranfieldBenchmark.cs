using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>The encoder on Cranfield as it comes, without a judgement learned from.</summary>
internal static class CranfieldBenchmark
{
    private const int Depth = 100;

    public static string Run()
    {
        var (documents, queries, judgements) = (CranfieldCollection.Documents(), CranfieldCollection.Queries(), CranfieldCollection.Judgements());
        var dense = Dense(documents, queries);
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture, $"{documents.Length} documents, {queries.Length} questions; the {Depth} best documents of each are judged.");
        report.AppendLine();
        report.AppendLine("| ranking | MAP | NDCG@10 | P@10 |");
        report.AppendLine("|---|---|---|---|");
        Add("all-MiniLM-L6-v2, dense index", dense);
        return report.ToString();

        void Add(string name, RankingRun run)
        {
            var evaluation = new MLContext(1).Ranking.EvaluateRanking(run, judgements);
            report.AppendLine(CultureInfo.InvariantCulture,
                $"| {name} | {evaluation.MeanAveragePrecision:F4} | {evaluation.NdcgAt(10):F4} | {evaluation.PrecisionAt(10):F4} |");
        }
    }

    private static RankingRun Dense((string Id, string Text)[] documents, (string Id, string Text)[] queries)
    {
        using var encoder = TextEncoder.Load(MiniLm.Folder);
        using var index = new DenseIndex(encoder.Dimensions, nameof(MiniLm));
        foreach (var (document, vector) in documents.Zip(encoder.Encode([.. documents.Select(document => document.Text)])))
        {
            index.Add(document.Id, vector);
        }
        var run = new RankingRun();
        foreach (var (query, vector) in queries.Zip(encoder.Encode([.. queries.Select(query => query.Text)])))
        {
            foreach (var match in index.Search(vector, Depth))
            {
                run.Add(query.Id, match.Id, match.Score);
            }
        }
        return run;
    }
}
