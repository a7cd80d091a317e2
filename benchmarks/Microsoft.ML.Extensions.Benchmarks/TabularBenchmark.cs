using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// The accuracy of trainers at their defaults on tabular sets, by 4-fold cross-validation; trainers make their choices within the training
/// part. Missing numbers become the mean of the training part, and the averaged perceptron gets standardised features.
/// </summary>
internal static class TabularBenchmark
{
    private const int Folds = 4;
    private const int Seed = 1;

    private static readonly Contestant[] Contestants =
    [
        new("NeuralTangentKernel", (fold, ml) =>
            fold.Predict(ml, ml.MulticlassClassification.Trainers.NeuralTangentKernel(new NeuralTangentKernelOptions { Seed = Seed }))),
        new("LightGBM", (fold, ml) => fold.Predict(ml, ml.MulticlassClassification.Trainers.LightGbm())),
        new("FastForest", (fold, ml) =>
            fold.Predict(ml, ml.MulticlassClassification.Trainers.OneVersusAll(ml.BinaryClassification.Trainers.FastForest()))),
        new("averaged perceptron", (fold, ml) => fold.Predict(
            ml, ml.Transforms.NormalizeMeanVariance("Features", fixZero: false)
                .Append(ml.MulticlassClassification.Trainers.OneVersusAll(ml.BinaryClassification.Trainers.AveragedPerceptron())))),
        new("1 neighbour", (fold, _) => fold.Nearest(1)),
        new("5 neighbours", (fold, _) => fold.Nearest(5)),
    ];

    public static string Run()
    {
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Accuracy in percent, mean of {Folds} folds that are the same for all, every trainer at its defaults; in brackets the seconds of one fit.");
        report.AppendLine();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"| set | rows | features | {string.Join(" | ", Contestants.Select(contestant => contestant.Name))} |");
        report.AppendLine($"|---|---|---|{string.Concat(Contestants.Select(_ => "---|"))}");
        var compared = Rows(TabularSets.Compared, report);
        var all = compared.Concat(Rows(TabularSets.Others, report)).ToList();
        Summarise($"the {compared.Count} compared in shared/peers.md", compared, report);
        Summarise($"all {all.Count}", all, report);
        report.AppendLine();
        report.AppendLine("shared/peers.md, for the twelve sets: RBF-SVM 84.3, random forest 83.4, 1-NN 78.1, NTK of depth 3 83.3, of its best depth 83.8 (other folds).");
        return report.ToString();
    }

    private static List<double[]> Rows(string[] sets, StringBuilder report)
    {
        var rows = new List<double[]>();
        foreach (var set in sets)
        {
            if (TabularSets.Find(set) is not { } table)
            {
                report.AppendLine(CultureInfo.InvariantCulture, $"| {set} | skipped: the data is not in ../shared/data or MLX_DATA |");
                continue;
            }
            var results = Contestants.Select(contestant => Measure(table, contestant)).ToArray();
            var line = string.Create(CultureInfo.InvariantCulture, $"| {set} | {table.Classes.Length} | {table.Features[0].Length} | ")
                + string.Join(" | ", results.Select(
                    result => string.Create(CultureInfo.InvariantCulture, $"{100 * result.Accuracy:F1} ({result.Seconds:F1})"))) + " |";
            Console.Error.WriteLine(line);
            report.AppendLine(line);
            rows.Add([.. results.Select(result => result.Accuracy)]);
        }
        return rows;
    }

    private static void Summarise(string what, List<double[]> rows, StringBuilder report)
    {
        if (rows.Count > 0)
        {
            Line("mean", index => rows.Average(row => 100 * row[index]), "F1");
            Line("mean rank", index => rows.Average(
                row => 1 + row.Count(other => other > row[index]) + ((row.Count(other => other == row[index]) - 1) / 2.0)), "F2");
        }

        void Line(string name, Func<int, double> value, string format) => report.AppendLine(
            $"| **{name}**, {what} | | | {string.Join(" | ", Contestants.Select((_, index) => value(index).ToString(format, CultureInfo.InvariantCulture)))} |");
    }

    private static (double Accuracy, double Seconds) Measure(ArffTable table, Contestant contestant)
    {
        var (folds, right, clock) = (table.Folds(Folds, Seed), 0, Stopwatch.StartNew());
        for (var fold = 0; fold < Folds; fold++)
        {
            var part = new Fold(
                table, [.. Enumerable.Range(0, folds.Length).Where(row => folds[row] != fold)],
                    [.. Enumerable.Range(0, folds.Length).Where(row => folds[row] == fold)]);
            right += contestant.Predict(part, new MLContext(Seed)).Zip(part.Test, (name, row) => name == table.Classes[row])
                .Count(same => same);
        }
        return ((double)right / folds.Length, clock.Elapsed.TotalSeconds / Folds);
    }

    private sealed record Contestant(string Name, Func<Fold, MLContext, string[]> Predict);

    private sealed record Fold(ArffTable Table, int[] Train, int[] Test)
    {
        public string[] Nearest(int neighbors) => NearestNeighbors.Predict(
            [.. Train.Select(row => Table.Features[row])], [.. Train.Select(row => Table.Classes[row])],
                [.. Test.Select(row => Table.Features[row])], neighbors);

        public string[] Predict(MLContext ml, IEstimator<ITransformer> trainer)
        {
            var model = ml.Transforms.Conversion.MapValueToKey("Label", "Class")
                .Append(ml.Transforms.ReplaceMissingValues(
                    "Features", replacementMode: MissingValueReplacingEstimator.ReplacementMode.Mean))
                .Append(trainer)
                .Append(ml.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"))
                .Fit(Table.View(ml, Train));
            return [.. model.Transform(Table.View(ml, Test)).GetColumn<string>("Predicted")];
        }
    }
}
