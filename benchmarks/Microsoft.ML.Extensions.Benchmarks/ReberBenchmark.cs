using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Does a string belong to the Reber grammar? The base networks of Darji 2021 (arXiv 2407.20601): embedding 50, three layers of 50, output
/// from the last step; and networks of random graphs. The thesis: tanh 0.937, ReLU, LSTM and GRU 1.000; over random graphs, GRU 0.928 with
/// Barabasi-Albert and 0.984 with Watts-Strogatz.
/// </summary>
internal static class ReberBenchmark
{
    private const int TrainRows = 4000, TestRows = 2000, Width = 50, Layers = 3, Epochs = 15, Graphs = 3, Nodes = 25;

    private static readonly (string Name, RecurrentCell Cell, RecurrentActivation Activation)[] s_cells =
    [
        ("Elman, tanh", RecurrentCell.Elman, RecurrentActivation.Tanh), ("Elman, ReLU", RecurrentCell.Elman, RecurrentActivation.Relu),
        ("LSTM", RecurrentCell.Lstm, RecurrentActivation.Tanh), ("GRU", RecurrentCell.Gru, RecurrentActivation.Tanh),
    ];

    public static string Run()
    {
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Accuracy on {TestRows} strings, half of them valid; {Epochs} epochs over {TrainRows} strings, batches of 32, Adam at 0.001 (the thesis: 50 epochs over 18,750).");
        report.AppendLine().AppendLine("| network | accuracy | fit, s |").AppendLine("|---|---|---|");
        foreach (var (name, cell, activation) in s_cells)
        {
            Add(report, name, Options(cell, activation));
        }
        report.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"GRU on random graphs of {Nodes} nodes:").AppendLine();
        report.AppendLine("| graph | accuracy | fit, s | layers | edges | sources | degree variance | closeness variance |");
        report.AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (var generator in Enum.GetValues<GraphGenerator>())
        {
            foreach (var seed in Enumerable.Range(1, Graphs))
            {
                AddGraph(report, generator, seed);
            }
        }
        return report.ToString();
    }

    private static void AddGraph(StringBuilder report, GraphGenerator generator, int seed)
    {
        var options = Options(RecurrentCell.Gru, RecurrentActivation.Tanh);
        (options.Structure, options.Layers, options.Graph) =
            (RecurrentStructure.RandomGraph, 1, new RandomGraphOptions { Generator = generator, Nodes = Nodes, Seed = seed });
        var graph = GraphProperties.Of(options.Graph, 0);
        Add(report, $"{generator}, seed {seed}", options, string.Create(CultureInfo.InvariantCulture,
            $" {graph.Layers} | {graph.Edges} | {graph.SourceNodes} | {graph.Degree.Variance:F2} | {graph.Closeness.Variance:F5} |"));
    }

    private static void Add(StringBuilder report, string name, RecurrentOptions options, string more = "")
    {
        var ml = new MLContext(1);
        var clock = Stopwatch.StartNew();
        using var model = ml.BinaryClassification.Trainers.Recurrent(options).Fit(ReberStrings.View(ml, TrainRows, 1));
        var seconds = clock.Elapsed.TotalSeconds;
        var accuracy = ml.BinaryClassification.Evaluate(model.Transform(ReberStrings.View(ml, TestRows, 2))).Accuracy;
        var row = string.Create(CultureInfo.InvariantCulture, $"| {name} | {accuracy:F4} | {seconds:F0} |{more}");
        Console.Error.WriteLine(row);
        report.AppendLine(row);
    }

    private static RecurrentOptions Options(RecurrentCell cell, RecurrentActivation activation) => new()
    {
        Cell = cell,
        Activation = activation,
        HiddenSize = Width,
        Layers = Layers,
        Bidirectional = false,
        ConvolutionWidth = 0,
        Pooling = SequencePooling.Last,
        Dropout = 0,
        EnsembleSize = 1,
        Training =
        {
            Epochs = Epochs, BatchSize = 32, ValidationFraction = 0, LearningRate = 1e-3, Schedule = LearningRateSchedule.Constant,
                WeightDecay = 0,
            LabelSmoothing = 0, GradientClip = 5, Seed = 1,
        },
    };
}
