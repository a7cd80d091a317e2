using System.Globalization;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Learning to rank by numbers on LightGBM's own example: ML.NET's LightGBM and FastTree, the network alone, and the network on each of them.
/// </summary>
internal static class NumericRankingBenchmark
{
    private const int FeatureCount = 301;
    private const int Seeds = 3;
    private const int Folds = 4;

    private static readonly int[] s_cutoffs = [1, 3, 5, 10];

    private static readonly Trees[] s_light =
        [.. from leaves in new[] { 7, 15, 31 } from count in new[] { 50, 100, 300 } from rate in new[] { .03, .1, .2 } from rows in new[] { 5, 20, 50 } select new Trees(leaves, count, rate, rows)];

    private static readonly Trees[] s_fast =
        [.. from leaves in new[] { 7, 20 } from count in new[] { 100, 300 } from rate in new[] { .05, .2 } from rows in new[] { 10, 50 } select new Trees(leaves, count, rate, rows)];

    /// <summary>The test part, at the defaults.</summary>
    public static string Run()
    {
        var (train, test) = (Read("rank.train"), Read("rank.test"));
        return string.Create(CultureInfo.InvariantCulture,
            $"{train.Count} rows of {train[^1].GroupId + 1} queries to learn from, {test.Count} of {test[^1].GroupId + 1} to measure on")
            + Table(Rankers(), [(train, test)]);
    }

    /// <summary>Cross-validation by queries inside the training part, from which defaults were chosen.</summary>
    public static string RunChoices()
    {
        var rows = Read("rank.train");
        return string.Create(CultureInfo.InvariantCulture, $"{Folds} folds of {rows[^1].GroupId + 1} queries") + Table(Choices(), FoldsOf(rows));
    }

    private static (List<Row> Train, List<Row> Test)[] FoldsOf(List<Row> rows) => [.. Enumerable.Range(0, Folds).Select(fold => (
        rows.FindAll(row => row.GroupId % Folds != fold), rows.FindAll(row => row.GroupId % Folds == fold)))];

    private static string Table(
        IEnumerable<(string Name, Func<MLContext, IEstimator<ITransformer>> Create)> rankers, (List<Row> Train, List<Row> Test)[] parts)
    {
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"; mean of {Seeds} seeds. The difference is that of NDCG@10 to the first ranker, its p-value that of a randomization test over queries, whose metrics are the means over seeds.");
        report.AppendLine();
        report.AppendLine("| ranker | NDCG@1 | NDCG@3 | NDCG@5 | NDCG@10 | difference | p | seconds |");
        report.AppendLine("|---|---|---|---|---|---|---|---|");
        double[]? first = null;
        foreach (var (name, create) in rankers)
        {
            var runs = new List<QueryEvaluation[]>();
            var seconds = Timing.Seconds(() =>
            {
                for (var seed = 1; seed <= Seeds; seed++)
                {
                    runs.Add([.. parts.SelectMany(part => Evaluate(create, part.Train, part.Test, seed).Queries)]);
                }
            }) / Seeds;
            var queries = Means(runs, 10);
            first ??= queries;
            var differences = queries.Zip(first, (one, other) => one - other).ToArray();
            report.Append(CultureInfo.InvariantCulture, $"| {name} | {string.Join(" | ", s_cutoffs.Select(k => Means(runs, k).Average().ToString("F4", CultureInfo.InvariantCulture)))} ");
            report.AppendLine(CultureInfo.InvariantCulture,
                $"| {differences.Average():+0.0000;-0.0000;0} | {(ReferenceEquals(first, queries) ? "" : RandomizationTest.PValue(differences, 1).ToString("F3", CultureInfo.InvariantCulture))} | {seconds:F1} |");
            Console.Error.WriteLine(report.ToString().TrimEnd().Split('\n')[^1]);
        }
        return report.ToString();
    }

    // NDCG of each query, the mean over seeds.
    private static double[] Means(List<QueryEvaluation[]> runs, int cutoff) => [.. Enumerable.Range(0, runs[0].Length)
        .Select(query => runs.Average(run => run[query].Value(RankingMetric.Ndcg, cutoff)))];

    private static IEnumerable<(string Name, Func<MLContext, IEstimator<ITransformer>> Create)> Choices()
    {
        foreach (var objective in new[] { RankingObjective.LambdaLoss, RankingObjective.Softmax, RankingObjective.PairwiseCrossEntropy, RankingObjective.ListMle })
        {
            foreach (var dropout in new[] { 0.3, 0.5 })
            {
                yield return (string.Create(CultureInfo.InvariantCulture, $"{objective}, dropout {dropout}"), ml => ml.Ranking.Trainers.NumericRanking(
                    new NumericRankingOptions { Objective = objective, Dropout = dropout }));
            }
        }
    }

    private static IEnumerable<(string Name, Func<MLContext, IEstimator<ITransformer>> Create)> Rankers()
    {
        yield return ("LightGBM", ml => LightGbm(ml));
        yield return ("FastTree", ml => FastTree(ml));
        var (light, fast) = (Best(s_light, LightGbm), Best(s_fast, FastTree));
        yield return ($"LightGBM, tuned: {light}", ml => LightGbm(ml, light));
        yield return ($"FastTree, tuned: {fast}", ml => FastTree(ml, fast));
        yield return ("NumericRanking", ml => ml.Ranking.Trainers.NumericRanking());
        yield return ("NumericRanking, Softmax", ml => ml.Ranking.Trainers.NumericRanking(new NumericRankingOptions { Objective = RankingObjective.Softmax }));
        yield return ("NumericRanking on LightGBM", ml => ml.Ranking.Trainers.NumericRanking(LightGbm(ml)));
        yield return ("NumericRanking on FastTree", ml => ml.Ranking.Trainers.NumericRanking(FastTree(ml)));
        yield return ("NumericRanking on tuned LightGBM", ml => ml.Ranking.Trainers.NumericRanking(LightGbm(ml, light)));
    }

    private static IEstimator<ITransformer> LightGbm(MLContext ml, Trees? trees = null) => ml.Ranking.Trainers.LightGbm(new LightGbmRankingTrainer.Options
    {
        RowGroupColumnName = "GroupId",
        NumberOfThreads = 1,
        NumberOfLeaves = trees?.Leaves,
        NumberOfIterations = trees?.Count ?? 100,
        LearningRate = trees?.LearningRate,
        MinimumExampleCountPerLeaf = trees?.LeastRows,
    });

    private static IEstimator<ITransformer> FastTree(MLContext ml, Trees? trees = null)
    {
        var options = new FastTreeRankingTrainer.Options { RowGroupColumnName = "GroupId", NumberOfThreads = 1 };
        if (trees is { } wanted)
        {
            (options.NumberOfLeaves, options.NumberOfTrees, options.LearningRate, options.MinimumExampleCountPerLeaf) =
                (wanted.Leaves, wanted.Count, wanted.LearningRate, wanted.LeastRows);
        }
        return ml.Ranking.Trainers.FastTree(options);
    }

    // By cross-validation over the queries of the training part.
    private static Trees Best(Trees[] grid, Func<MLContext, Trees?, IEstimator<ITransformer>> create)
    {
        var folds = FoldsOf(Read("rank.train"));
        return grid.MaxBy(trees => folds.SelectMany(fold => Evaluate(ml => create(ml, trees), fold.Train, fold.Test, 1).Queries)
            .Average(query => query.Value(RankingMetric.Ndcg, 10)))!;
    }

    private static RankingEvaluation Evaluate(Func<MLContext, IEstimator<ITransformer>> create, List<Row> train, List<Row> test, int seed)
    {
        var ml = new MLContext(seed);
        ml.Log += (_, e) =>
        {
            if (e.Message.Contains("Training lowers", StringComparison.Ordinal))
            {
                Console.Error.WriteLine(e.Message);
            }
        };
        var model = create(ml).Fit(View(ml, train));
        using var owned = model as IDisposable;
        return ml.Ranking.EvaluateRanking(model.Transform(View(ml, test)), options: new() { Cutoffs = s_cutoffs });
    }

    private static IDataView View(MLContext ml, List<Row> rows)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.GroupId)].ColumnType = new KeyDataViewType(typeof(uint), rows[^1].GroupId + 1);
        return ml.Data.LoadFromEnumerable(rows, schema);
    }

    private static List<Row> Read(string name)
    {
        var path = SharedData.Find($"lightgbm_lambdarank/{name}")
            ?? throw new FileNotFoundException($"The folder lightgbm_lambdarank with the file {name} is not in the data folder.");
        var sizes = File.ReadLines(path + ".query").Select(line => int.Parse(line, CultureInfo.InvariantCulture)).ToArray();
        var groups = sizes.SelectMany((size, query) => Enumerable.Repeat((uint)query, size));
        return [.. File.ReadLines(path).Zip(groups, (line, group) =>
        {
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var row = new Row { Label = float.Parse(parts[0], CultureInfo.InvariantCulture), GroupId = group };
            foreach (var part in parts[1..])
            {
                var colon = part.IndexOf(':', StringComparison.Ordinal);
                row.Features[int.Parse(part[..colon], CultureInfo.InvariantCulture)] = float.Parse(part[(colon + 1)..], CultureInfo.InvariantCulture);
            }
            return row;
        })];
    }

    private sealed record Trees(int Leaves, int Count, double LearningRate, int LeastRows)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count} trees of {Leaves} leaves of at least {LeastRows} rows, rate {LearningRate}");
    }

    private sealed class Row
    {
        public float Label { get; set; }

        public uint GroupId { get; set; }

        [VectorType(FeatureCount)]
        public float[] Features { get; set; } = new float[FeatureCount];
    }
}
