using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// The adding problem (Hochreiter and Schmidhuber 1997): two of 100 random numbers are marked, and the label is their sum. A constant
/// answer of 1 has a squared error of 1/6.
/// </summary>
internal static class AddingBenchmark
{
    private const int TrainRows = 10_000, TestRows = 2000, Steps = 100, Width = 64, Epochs = 20;

    private static readonly (RecurrentCell Cell, RecurrentActivation Activation)[] s_cells =
    [
        (RecurrentCell.Elman, RecurrentActivation.Tanh), (RecurrentCell.Elman, RecurrentActivation.Relu),
        (RecurrentCell.Lstm, RecurrentActivation.Tanh), (RecurrentCell.Gru, RecurrentActivation.Tanh),
    ];

    public static string Run()
    {
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Mean squared error on {TestRows} new rows of {Steps} steps; one layer of {Width} channels, output from the last step, {Epochs} epochs over {TrainRows} rows.");
        report.AppendLine();
        report.AppendLine("| cell | MSE | fit, s |");
        report.AppendLine("|---|---|---|");
        foreach (var (cell, activation) in s_cells)
        {
            var row = Measure(cell, activation);
            Console.Error.WriteLine(row);
            report.AppendLine(row);
        }
        return report.ToString();
    }

    private static string Measure(RecurrentCell cell, RecurrentActivation activation)
    {
        var ml = new MLContext(1);
        var clock = Stopwatch.StartNew();
        using var model = ml.Regression.Trainers.Recurrent(Options(cell, activation)).Fit(View(ml, TrainRows, 1));
        var seconds = clock.Elapsed.TotalSeconds;
        var error = ml.Regression.Evaluate(model.Transform(View(ml, TestRows, 2)), nameof(SequenceRow.Target)).MeanSquaredError;
        var name = cell == RecurrentCell.Elman ? $"{cell}, {activation}" : $"{cell}";
        return string.Create(CultureInfo.InvariantCulture, $"| {name} | {error:F5} | {seconds:F0} |");
    }

    private static RecurrentOptions Options(RecurrentCell cell, RecurrentActivation activation) => new()
    {
        LabelColumnName = nameof(SequenceRow.Target),
        Cell = cell,
        Activation = activation,
        HiddenSize = Width,
        Layers = 1,
        Bidirectional = false,
        ConvolutionWidth = 0,
        Pooling = SequencePooling.Last,
        Dropout = 0,
        InputNoise = 0,
        Training = { Epochs = Epochs, BatchSize = 50, ValidationFraction = 0, WeightDecay = 0, Seed = 1 },
    };

    private static IDataView View(MLContext ml, int rows, int seed)
    {
        var random = new Random(seed);
        return SequenceRow.ToDataView(ml, Enumerable.Range(0, rows).Select(_ => Row(random)).ToArray(), Steps, channels: 2);
    }

    private static SequenceRow Row(Random random)
    {
        SequenceRow row = new() { Features = new float[2 * Steps] };
        int[] marked = [random.Next(Steps / 2), (Steps / 2) + random.Next(Steps / 2)];
        for (var step = 0; step < Steps; step++)
        {
            row.Features[2 * step] = random.NextSingle();
            row.Features[(2 * step) + 1] = marked.Contains(step) ? 1 : 0;
        }
        row.Target = marked.Sum(step => row.Features[2 * step]);
        return row;
    }
}
