using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Methods of sparsity on strings of the Reber grammar: a GRU of 50 channels, with the same number of epochs for every method. One-shot
/// pruning without training afterwards is the baseline.
/// </summary>
internal static class SparsityBenchmark
{
    private const int TrainRows = 2000, TestRows = 2000, Width = 50, Epochs = 10, Seeds = 3;

    private static readonly double[] s_densities = [0.2, 0.1, 0.05, 0.02];

    public static string Run()
    {
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Accuracy on {TestRows} strings, half of them valid, of a GRU of {Width} channels: {Epochs} epochs over {TrainRows} strings, mean of {Seeds} seeds (smallest to largest).")
            .AppendLine();
        report.AppendLine(CultureInfo.InvariantCulture, $"| method | {string.Join(" | ", s_densities.Select(density => $"{density:p0} of the weights"))} |");
        report.AppendLine(CultureInfo.InvariantCulture, $"|---|{string.Concat(Enumerable.Repeat("---|", s_densities.Length))}");
        Add(report, "dense", s_densities[..1], (_, seed) => Accuracy(seed, null));
        Add(report, "pruned after training (`Prune`)", s_densities, Pruned);
        foreach (var method in Enum.GetValues<SparsityMethod>().Where(method => method != SparsityMethod.SrSte))
        {
            Add(report, method.ToString(), s_densities, (density, seed) => Accuracy(seed, new SparsityOptions { Method = method, Density = density }));
        }
        Add(report, "StaticRandom, uniform", s_densities, (density, seed) => Accuracy(seed, new SparsityOptions
        {
            Method = SparsityMethod.StaticRandom,
            Density = density,
            Distribution = SparsityDistribution.Uniform,
        }));
        return report.ToString();
    }

    private static void Add(StringBuilder report, string name, double[] densities, Func<double, int, double> measure)
    {
        var cells = densities.Select(density =>
        {
            var accuracies = Enumerable.Range(1, Seeds).Select(seed => measure(density, seed)).Order().ToArray();
            return string.Create(CultureInfo.InvariantCulture, $"{accuracies.Average():F3} ({accuracies[0]:F3} to {accuracies[^1]:F3})");
        }).Concat(Enumerable.Repeat("", s_densities.Length - densities.Length));
        var row = $"| {name} | {string.Join(" | ", cells)} |";
        Console.Error.WriteLine(row);
        report.AppendLine(row);
    }

    private static double Accuracy(int seed, SparsityOptions? sparsity)
    {
        MLContext ml = new(1);
        using var model = Fit(ml, seed, sparsity);
        return Accuracy(ml, model);
    }

    private static double Pruned(double density, int seed)
    {
        MLContext ml = new(1);
        using var dense = Fit(ml, seed, null);
        using var pruned = (NetworkTransformer)ml.Model.Prune(dense, new PruningOptions { Density = density });
        return Accuracy(ml, pruned);
    }

    private static double Accuracy(MLContext ml, NetworkTransformer model) =>
        ml.BinaryClassification.Evaluate(model.Transform(ReberStrings.View(ml, TestRows, 2))).Accuracy;

    private static NetworkTransformer Fit(MLContext ml, int seed, SparsityOptions? sparsity) =>
        ml.BinaryClassification.Trainers.Recurrent(new RecurrentOptions
        {
            HiddenSize = Width,
            Layers = 1,
            Bidirectional = false,
            ConvolutionWidth = 0,
            Pooling = SequencePooling.Last,
            Dropout = 0,
            EnsembleSize = 1,
            Training = { Epochs = Epochs, BatchSize = 32, ValidationFraction = 0, Seed = seed, Sparsity = sparsity },
        }).Fit(ReberStrings.View(ml, TrainRows, 1));
}
