using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Kernels;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>The width that theory advises for a depth, compared with the width that is best on held-out digits.</summary>
internal static class AspectRatioBenchmark
{
    private const int TrainRows = 2000, HeldRows = 2000, Epochs = 10, Seeds = 3;

    private static readonly int[] Widths = [8, 16, 32, 64, 128, 256];
    private static readonly int[] Depths = [2, 4, 8, 16];

    public static string Run()
    {
        var ml = new MLContext(1);
        if (MnistImages.LoadImages(ml, "train", TrainRows + HeldRows) is not { } digits)
        {
            return "Skipped: mnist is not in ../shared/data or MLX_DATA.";
        }
        var (train, held) = (ml.Data.TakeRows(digits, TrainRows), ml.Data.SkipRows(digits, TrainRows));
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"MNIST averaged to 14 x 14, {TrainRows} images to learn from and {HeldRows} others of train to measure on; {Epochs} epochs, every other option at its default; mean accuracy of {Seeds} seeds. Best: the width of the largest mean. r*: the width that ml.Model.AdviseArchitecture advises for ten classes.").AppendLine();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"| activation | hidden layers | {string.Join(" | ", Widths.Select(width => $"width {width}"))} | best | r* |");
        report.AppendLine($"|---|---|{string.Concat(Widths.Select(_ => "---|"))}---|---|");
        foreach (var activation in new[] { DeepActivation.Tanh, DeepActivation.Relu })
        {
            foreach (var depth in Depths)
            {
                var accuracies = Widths.Select(width =>
                    Enumerable.Range(1, Seeds).Average(seed => Accuracy(ml, train, held, activation, depth, width, seed))).ToArray();
                var advised = ml.Model.AdviseArchitecture(
                    new ArchitectureAdvisorOptions
                    {
                        Activation = ActivationFunction.Of(activation),
                        Depth = depth,
                        Outputs = ClassifiedSeries.Classes
                    }, train).Width;
                var row = string.Create(CultureInfo.InvariantCulture,
                    $"| {activation} | {depth} | {string.Join(" | ", accuracies.Select(value => value.ToString("F3", CultureInfo.InvariantCulture)))} | {Widths[Array.IndexOf(accuracies, accuracies.Max())]} | {advised} |");
                Console.Error.WriteLine(row);
                report.AppendLine(row);
            }
        }
        return report.ToString();
    }

    private static double Accuracy(MLContext ml, IDataView train, IDataView held, DeepActivation activation, int depth, int width, int seed)
    {
        using var model = ml.MulticlassClassification.Trainers.DeepNetwork(new DeepNetworkOptions
        {
            Depth = depth,
            Width = width,
            Activation = activation,
            EnsembleSize = 1,
            Training = new TrainingOptions { Epochs = Epochs, Seed = seed, ValidationFraction = 0 },
        }).Fit(train);
        return ml.MulticlassClassification.Evaluate(model.Transform(held)).MicroAccuracy;
    }
}
