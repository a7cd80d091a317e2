using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Running XOR: is the number of ones in a row of bits odd? Trained on rows of up to 16 bits, tested on rows of 16 and of 32. A nonlinear
/// recurrence can hold the answer in one bit of state; a linear one of the same size cannot (Danieli et al. 2025, synthetic tasks).
/// </summary>
internal static class ParityBenchmark
{
    private const int Seeds = 5, TrainRows = 8000, TestRows = 2000, TrainSteps = 16;

    private static readonly int[] TestSteps = [16, 32];

    public static string Run()
    {
        ParaRnnCells.Register<LinearCell>(nameof(LinearCell));
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Accuracy on {TestRows} random rows (0.5 is chance); trained on {TrainRows} rows of 1 to {TrainSteps} bits; two layers of 32 channels, forward only, without convolution, output from the last step.");
        report.AppendLine();
        report.AppendLine("| cell | seed | 16 bits | 32 bits | fit, s |");
        report.AppendLine("|---|---|---|---|---|");
        foreach (var (cell, create) in Cells)
        {
            foreach (var seed in Enumerable.Range(1, Seeds))
            {
                var row = Measure(cell, create, seed);
                Console.Error.WriteLine(row);
                report.AppendLine(row);
            }
        }
        return report.ToString();
    }

    private delegate ParaRnnTrainer Create(MLContext ml, ParaRnnOptions options);

    private static readonly (string Cell, Create Create)[] Cells =
    [
        ("ParaGRU", (ml, options) => ml.BinaryClassification.Trainers.ParaRnn(options)),
        ("ParaLSTM", (ml, options) =>
        {
            options.Cell = ParaRnnCell.Lstm;
            return ml.BinaryClassification.Trainers.ParaRnn(options);
        }),
        ("linear", (ml, options) =>
        {
            // Above 1 a linear state grows without limit.
            options.RecurrentWeightClip = 1;
            return ml.BinaryClassification.Trainers.ParaRnn<LinearCell>(options);
        }),
    ];

    private static string Measure(string cell, Create create, int seed)
    {
        var ml = new MLContext(seed);
        var clock = Stopwatch.StartNew();
        using var model = create(ml, Options()).Fit(View(ml, Rows(TrainRows, new Random(seed), random => random.Next(1, TrainSteps + 1))));
        var seconds = clock.Elapsed.TotalSeconds;
        var accuracies = TestSteps.Select(steps => ml.BinaryClassification.Evaluate(
            model.Transform(View(ml, Rows(TestRows, new Random(-steps), _ => steps))), nameof(SequenceRow.IsFirst)).Accuracy);
        return string.Create(CultureInfo.InvariantCulture,
            $"| {cell} | {seed} | {string.Join(" | ", accuracies.Select(accuracy => accuracy.ToString("F4", CultureInfo.InvariantCulture)))} | {seconds:F0} |");
    }

    private static ParaRnnOptions Options() => new()
    {
        LabelColumnName = nameof(SequenceRow.IsFirst),
        Bidirectional = false,
        ConvolutionWidth = 1,
        Pooling = SequencePooling.Last,
        RecurrentWeightClip = 0,
        Dropout = 0,
        InputNoise = 0,
        Training = { Epochs = 60, BatchSize = 64, ValidationFraction = 0, LearningRate = 1e-2, LabelSmoothing = 0 },
    };

    internal static IDataView View(MLContext ml, IEnumerable<SequenceRow> rows) =>
        SequenceRow.ToDataView(ml, rows.ToArray(), steps: 0, channels: 1);

    internal static IEnumerable<SequenceRow> Rows(int count, Random random, Func<Random, int> steps)
    {
        for (var row = 0; row < count; row++)
        {
            var bits = Enumerable.Range(0, steps(random)).Select(_ => random.Next(2)).ToArray();
            yield return new SequenceRow { Features = [.. bits.Select(bit => (float)bit)], IsFirst = bits.Sum() % 2 == 1 };
        }
    }
}
