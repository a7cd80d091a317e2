using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// The pruning of Darji 2021 (arXiv 2407.20601): networks that know the Reber grammar lose their smallest weights, of inputs, of states or of both, pooled over the three layers as in
/// the thesis' code, and are measured at once, and after one and ten epochs of training with the same zeros.
/// </summary>
internal static class PrunedReberBenchmark
{
    private const int TrainRows = 4000, TestRows = 2000, Width = 50, Epochs = 15;

    // Every matrix keeps a weight at least, as the thesis' strict comparison keeps the largest.
    private const double NextToNothing = 1e-9;

    private static readonly (string Name, RecurrentCell Cell, RecurrentActivation Activation)[] s_cells =
    [
        ("tanh", RecurrentCell.Elman, RecurrentActivation.Tanh), ("ReLU", RecurrentCell.Elman, RecurrentActivation.Relu),
        ("LSTM", RecurrentCell.Lstm, RecurrentActivation.Tanh), ("GRU", RecurrentCell.Gru, RecurrentActivation.Tanh),
    ];

    private static readonly (string Name, SparsityTargets Targets)[] s_targets =
    [
        ("both", SparsityTargets.Recurrent), ("i2h", SparsityTargets.InputToHidden), ("h2h", SparsityTargets.HiddenToHidden),
    ];

    private static readonly double[] s_pruned = [0.6, 0.8, 0.9, 1];

    public static string Run()
    {
        var ml = new MLContext(1);
        var (train, test) = (ReberStrings.View(ml, TrainRows, 1), ReberStrings.View(ml, TestRows, 2));
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Accuracy on {TestRows} strings, half of them valid, right after pruning 60, 80, 90 and 100 % of the weights, and after 1 and 10 epochs of training with the same zeros. Three layers of {Width}, {Epochs} epochs over {TrainRows} strings, batches of 32, Adam at 0.001; one seed. The thesis has 50 epochs over 18,750 strings.");
        report.AppendLine().AppendLine("| cell | weights | before | after 0 epochs | after 1 | after 10 |").AppendLine("|---|---|---|---|---|---|");
        foreach (var (name, cell, activation) in s_cells)
        {
            using var model = ml.BinaryClassification.Trainers.Recurrent(Options(cell, activation)).Fit(train);
            var whole = Accuracy(model);
            foreach (var (targetName, targets) in s_targets)
            {
                var rows = s_pruned.Select(part => Measure(model, targets, part)).ToArray();
                var row = string.Create(CultureInfo.InvariantCulture,
                    $"| {name} | {targetName} | {whole:F3} | {Text(rows, 0)} | {Text(rows, 1)} | {Text(rows, 2)} |");
                Console.Error.WriteLine(row);
                report.AppendLine(row);
            }
        }
        return report.ToString();

        double[] Measure(NetworkTransformer model, SparsityTargets targets, double part)
        {
            using var pruned = (NetworkTransformer)ml.Model.Prune(model, new PruningOptions
            {
                Density = Math.Max(NextToNothing, 1 - part),
                Targets = targets,
                Distribution = SparsityDistribution.Global,
            });
            return [Accuracy(pruned), Retrained(pruned, 1), Retrained(pruned, 10)];
        }

        double Retrained(NetworkTransformer pruned, int epochs)
        {
            using var retrained = (NetworkTransformer)ml.Model.Retrain(pruned, train, new RetrainingOptions { Epochs = epochs });
            return Accuracy(retrained);
        }

        double Accuracy(NetworkTransformer model) => ml.BinaryClassification.Evaluate(model.Transform(test)).Accuracy;
    }

    private static string Text(double[][] rows, int column) =>
        string.Join(' ', rows.Select(row => row[column].ToString("F3", CultureInfo.InvariantCulture)));

    private static RecurrentOptions Options(RecurrentCell cell, RecurrentActivation activation) => new()
    {
        Cell = cell,
        Activation = activation,
        HiddenSize = Width,
        Layers = 3,
        Bidirectional = false,
        ConvolutionWidth = 0,
        Pooling = SequencePooling.Last,
        Dropout = 0,
        EnsembleSize = 1,
        Base = SequenceBase.None,
        Training =
        {
            Epochs = Epochs, BatchSize = 32, ValidationFraction = 0, LearningRate = 1e-3, Schedule = LearningRateSchedule.Constant, WarmupFraction = 0, WeightDecay = 0,
            LabelSmoothing = 0, GradientClip = 5, Seed = 1,
        },
    };
}
