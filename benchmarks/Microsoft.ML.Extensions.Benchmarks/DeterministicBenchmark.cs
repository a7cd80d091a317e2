using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// The cost of <c>Deterministic = true</c>: the ratio of fit times with and without it, with alternating fits.
/// </summary>
internal static class DeterministicBenchmark
{
    private const int Repeats = 5;

    private const int Rows = 256, Steps = 128, Channels = 8;

    // The largest system that a desktop computer solves in seconds.
    private const int KernelRows = 4000;

    public static string Run()
    {
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"{Rows} rows of {Steps} steps of {Channels} channels ({KernelRows} rows of {Channels} numbers for the kernel), defaults, one network, two epochs; {TorchSharp.torch.get_num_threads()} threads.");
        report.AppendLine(CultureInfo.InvariantCulture, $"Medians of {Repeats} fits with and {Repeats} without, taking turns.");
        report.AppendLine();
        report.AppendLine("| trainer | fit, s | deterministic, s | ratio |");
        report.AppendLine("|---|---|---|---|");
        foreach (var (name, trainer, rows, steps) in Trainers())
        {
            var data = GeneratedRows.View(new MLContext(1), rows, steps, Channels);
            double Seconds(bool deterministic) => Timing.Seconds(() => trainer(new MLContext(1), deterministic).Fit(data).Dispose());
            _ = Seconds(false);
            var pairs = Enumerable.Range(0, Repeats).Select(_ => (Usual: Seconds(false), Alone: Seconds(true))).ToArray();
            var (usual, alone) = (Median(pairs.Select(pair => pair.Usual)), Median(pairs.Select(pair => pair.Alone)));
            report.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {usual:F2} | {alone:F2} | {alone / usual:F2} |");
            Console.Error.WriteLine($"{name} {alone / usual:F2}");
        }
        return report.ToString();
    }

    private static IEnumerable<(string Name, Func<MLContext, bool, IEstimator<NetworkTransformer>> Trainer, int Rows, int Steps)> Trainers()
    {
        yield return ("ParaRnn", (ml, alone) =>
            ml.MulticlassClassification.Trainers.ParaRnn(Short(new ParaRnnOptions { Deterministic = alone })), Rows, Steps);
        yield return ("Lssl", (ml, alone) =>
            ml.MulticlassClassification.Trainers.Lssl(Short(new LsslOptions { Deterministic = alone })), Rows, Steps);
        yield return ("Aaren", (ml, alone) =>
            ml.MulticlassClassification.Trainers.Aaren(Short(new AarenOptions { Deterministic = alone })), Rows, Steps);
        yield return ("SingleLayerTransformer", (ml, alone) => ml.MulticlassClassification.Trainers.SingleLayerTransformer(
            Short(new SingleLayerTransformerOptions { Deterministic = alone })), Rows, Steps);
        yield return ("Recurrent", (ml, alone) =>
            ml.MulticlassClassification.Trainers.Recurrent(Short(new RecurrentOptions { Deterministic = alone })), Rows, Steps);
        yield return ("DeepNetwork", (ml, alone) =>
            ml.MulticlassClassification.Trainers.DeepNetwork(Short(new DeepNetworkOptions { Deterministic = alone })), Rows, Steps);
        yield return ("NeuralTangentKernel", (ml, alone) => ml.MulticlassClassification.Trainers.NeuralTangentKernel(
            new NeuralTangentKernelOptions { Seed = 1, Deterministic = alone }), KernelRows, 1);
    }

    private static TOptions Short<TOptions>(TOptions options) where TOptions : NetworkTrainerOptions
    {
        (options.EnsembleSize, options.Training.Epochs, options.Training.Seed) = (1, 2, 1);
        if (options is SequenceTrainerOptions sequence)
        {
            sequence.Base = SequenceBase.None;
        }
        return options;
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Repeats / 2);
}
