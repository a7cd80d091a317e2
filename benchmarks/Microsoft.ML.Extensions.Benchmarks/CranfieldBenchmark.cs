using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Samples;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Rankings of Cranfield without a network trained on it; every choice for a fold is made on the queries of the others.</summary>
internal sealed class CranfieldBenchmark
{
    private const int Depth = 100;
    private const int Folds = 5;

    private readonly MLContext _ml = new(1);
    private readonly Collection _collection = CranfieldCollection.Read();
    private readonly QueryFolds _folds;
    private readonly FirstStage _stage;
    private readonly StringBuilder _report = new();

    private CranfieldBenchmark()
    {
        _folds = new(_collection, Folds);
        _stage = new(_ml, _collection, _folds, Depth);
    }

    public static string Run() => new CranfieldBenchmark().Report();

    private string Report()
    {
        _report.AppendLine(CultureInfo.InvariantCulture, $"{_collection.Documents.Ids.Count} documents, {_collection.Queries.Ids.Count} questions; of each ranking the {Depth} best documents count.");
        _report.AppendLine(CultureInfo.InvariantCulture, $"{Folds} folds, by a question's index modulo {Folds}. Settings of feedback, weights of fields, and scales and weights of fusions are chosen for each fold on the other four; all else is at the defaults.");
        _report.AppendLine("Each row gives the difference of its MAP to that of another, with its standard error and the p of the paired randomization test.");
        _report.AppendLine();
        _report.AppendLine("| ranking | MAP@100 | MRR | P@10 | NDCG@10 | against | difference | standard error | p |");
        _report.AppendLine("|---|---|---|---|---|---|---|---|---|");
        var bm25 = Add("BM25", _stage.Words(new()));
        Add("BM25F, title and text", Fields(), bm25);
        Add("query likelihood", _stage.Words(new() { Model = LexicalModel.QueryLikelihood }), bm25);
        var rm3 = Add("BM25 + RM3", _stage.Feedback(() => new()), bm25);
        using var encoder = TextEncoder.Load(MiniLm.Folder);
        var dense = Add("all-MiniLM-L6-v2 as it comes", _stage.Vectors(encoder), bm25);
        Add("BM25 and MiniLM, reciprocal ranks", _ml.Ranking.FuseByReciprocalRank([bm25.Run, dense.Run]), Better(bm25, dense));
        Fused(bm25, dense);
        Fused(rm3, dense);
        Add("a ranker with BM25 and MiniLM at its defaults", Ranker(encoder, null), bm25);
        Add("a ranker with BM25 + RM3 and MiniLM at its defaults", Ranker(encoder, new()), rm3);
        return _report.ToString();
    }

    private void Fused(Ranked first, Ranked second) =>
        Add($"{first.Name} and MiniLM, weighted", _folds.Fuse(_ml, [first.Run, second.Run], Depth), Better(first, second));

    // Nothing is chosen.
    private RankingRun Ranker(TextEncoder encoder, RelevanceFeedbackOptions? feedback)
    {
        using var ranker = _ml.Ranking.CreateRanker(new() { Encoder = encoder, FirstStage = new() { Feedback = feedback } });
        foreach (var (id, text) in _collection.Documents.Ids.Zip(_collection.Documents.Texts))
        {
            ranker.Add(id, text);
        }
        var run = new RankingRun();
        foreach (var (id, text) in _collection.Queries.Ids.Zip(_collection.Queries.Texts))
        {
            foreach (var found in ranker.Rank(text, Depth))
            {
                run.Add(id, found.Id, found.Score);
            }
        }
        return run;
    }

    // The weight of the title's words.
    private RankingRun Fields()
    {
        var fields = CranfieldCollection.Fields();
        return _folds.Best(_ml, [.. new[] { .5, 1, 1.5, 2, 3 }.Select(weight =>
        {
            using var ranker = _ml.Ranking.CreateRanker(new() { Fields = 2, FirstStage = new() { FieldWeights = [weight, 1] } });
            for (var document = 0; document < fields.Count; document++)
            {
                ranker.Add(_collection.Documents.Ids[document], fields[document]);
            }
            var run = new RankingRun();
            for (var query = 0; query < _collection.Queries.Ids.Count; query++)
            {
                foreach (var found in ranker.Rank(_collection.Queries.Texts[query], _stage.Found))
                {
                    run.Add(_collection.Queries.Ids[query], found.Id, found.Score);
                }
            }
            return run;
        })], Depth);
    }

    private static Ranked Better(Ranked first, Ranked second) =>
        first.Evaluation.MeanAveragePrecision >= second.Evaluation.MeanAveragePrecision ? first : second;

    private Ranked Add(string name, RankingRun run, Ranked? other = null)
    {
        var evaluation = _ml.Ranking.EvaluateRanking(run, _collection.Judgements, new() { Depth = Depth });
        _report.Append(CultureInfo.InvariantCulture,
            $"| {name} | {evaluation.MeanAveragePrecision:F4} | {evaluation.MeanReciprocalRank:F4} | {evaluation.PrecisionAt(10):F4} | {evaluation.NdcgAt(10):F4} |");
        var comparison = other is null ? null : _ml.Ranking.CompareRankings(evaluation, other.Evaluation);
        _report.AppendLine(comparison is null ? " | | | |" : string.Create(CultureInfo.InvariantCulture,
            $" {other!.Name} | {comparison.Difference:+0.0000;-0.0000} | {comparison.StandardError:F4} | {comparison.PValue:G2} |"));
        return new(name, run, evaluation);
    }

    private sealed record Ranked(string Name, RankingRun Run, RankingEvaluation Evaluation);
}
