using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Methods of sparsity at the same number of epochs: a network 784-300-100 on digits, with the momentum, batch, decay and fractions of RigL's code (arXiv
/// 1911.11134), and a GRU of 50 channels on strings of the Reber grammar. Pruning without training afterwards is the baseline.
/// </summary>
internal static class SparsityBenchmark
{
    private const int Digits = 10_000, TestDigits = 5_000, DigitEpochs = 8, Strings = 2_000, TestStrings = 2_000, Width = 50, StringEpochs = 10, Seeds = 3;

    // RigL's code has 0.2.
    private const double DigitRate = 0.2;

    private static readonly double[] s_densities = [0.1, 0.05, 0.02];

    private static readonly (string Name, SparsityMethod Method, SparsityDistribution? Distribution)[] s_methods =
    [
        ("static, uniform", SparsityMethod.StaticRandom, SparsityDistribution.Uniform),
        ("static, ERK", SparsityMethod.StaticRandom, null),
        ("SET", SparsityMethod.Set, null),
        ("RigL", SparsityMethod.RigL, null),
        ("SNIP", SparsityMethod.Snip, null),
        ("GraSP", SparsityMethod.GraSP, null),
        ("SynFlow", SparsityMethod.SynFlow, null),
        ("gradual magnitude", SparsityMethod.GradualMagnitude, null),
        ("gradual magnitude, global", SparsityMethod.GradualMagnitude, SparsityDistribution.Global),
    ];

    /// <param name="only">The method to measure; null for all.</param>
    /// <param name="set">The set to measure, digits or strings; null for both.</param>
    public static string Run(string? only, string? set)
    {
        var ml = new MLContext(1);
        StringBuilder report = new();
        if (set is null or "digits" && MnistImages.LoadWhole(ml, "train", Digits) is { } train && MnistImages.LoadWhole(ml, "t10k", TestDigits) is { } test)
        {
            report.AppendLine(CultureInfo.InvariantCulture,
                $"MNIST, 784-300-100, ReLU: accuracy on {TestDigits} test digits after {DigitEpochs} epochs over {Digits}, momentum, rate {DigitRate} with a cosine, batches of 100, decay 1e-4, drop 0.3; mean of {Seeds} seeds (smallest to largest).").AppendLine();
            Table(report, only, (seed, sparsity) => Fit(ml, train, seed, sparsity), model => ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy, ml);
        }
        if (set is not (null or "strings"))
        {
            return report.ToString();
        }
        report.AppendLine().AppendLine(CultureInfo.InvariantCulture,
            $"Reber strings, a GRU of {Width} channels: accuracy on {TestStrings} strings, half of them valid, after {StringEpochs} epochs over {Strings}; mean of {Seeds} seeds (smallest to largest).").AppendLine();
        var (strings, others) = (ReberStrings.View(ml, Strings, 1), ReberStrings.View(ml, TestStrings, 2));
        Table(report, only, (seed, sparsity) => FitStrings(ml, strings, seed, sparsity), model => ml.BinaryClassification.Evaluate(model.Transform(others)).Accuracy, ml);
        return report.ToString();
    }

    private static void Table(
        StringBuilder report, string? only, Func<int, SparsityOptions?, NetworkTransformer> fit, Func<ITransformer, double> accuracy, MLContext ml)
    {
        report.AppendLine(CultureInfo.InvariantCulture, $"| method | {string.Join(" | ", s_densities.Select(density => $"{density:p0} of the weights"))} |");
        report.AppendLine(CultureInfo.InvariantCulture, $"|---|{string.Concat(Enumerable.Repeat("---|", s_densities.Length))}");
        AddWanted("dense", s_densities[..1], (_, seed) => Trained(seed, null));
        AddWanted("pruned after training (`Prune`, global)", s_densities, (density, seed) =>
        {
            using var dense = fit(seed, null);
            using var pruned = (NetworkTransformer)ml.Model.Prune(dense, new PruningOptions { Density = density, Distribution = SparsityDistribution.Global });
            return accuracy(pruned);
        });
        foreach (var (name, method, distribution) in s_methods)
        {
            AddWanted(name, s_densities, (density, seed) =>
                Trained(seed, new SparsityOptions { Method = method, Density = density, Distribution = distribution }));
        }

        void AddWanted(string name, double[] densities, Func<double, int, double> measure)
        {
            if (only is null || only == name)
            {
                Add(report, name, densities, measure);
            }
        }

        double Trained(int seed, SparsityOptions? sparsity)
        {
            using var model = fit(seed, sparsity);
            return accuracy(model);
        }
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

    private static NetworkTransformer Fit(MLContext ml, IDataView train, int seed, SparsityOptions? sparsity) =>
        ml.MulticlassClassification.Trainers.DeepNetwork(new DeepNetworkOptions
        {
            Architecture = "fc 300, fc 100, relu",
            Initialization = DeepInitialization.He,
            LayerRates = LayerLearningRates.Equal,
            EnsembleSize = 1,
            Training =
            {
                Epochs = DigitEpochs, BatchSize = 100, ValidationFraction = 0, Seed = seed, Sparsity = sparsity, Optimizer = OptimizerKind.Momentum,
                LearningRate = DigitRate, WeightDecay = 1e-4, LabelSmoothing = 0,
            },
        }).Fit(train);

    private static NetworkTransformer FitStrings(MLContext ml, IDataView train, int seed, SparsityOptions? sparsity) =>
        ml.BinaryClassification.Trainers.Recurrent(new RecurrentOptions
        {
            HiddenSize = Width,
            Layers = 1,
            Bidirectional = false,
            ConvolutionWidth = 0,
            Pooling = SequencePooling.Last,
            Dropout = 0,
            EnsembleSize = 1,
            Base = SequenceBase.None,
            Training = { Epochs = StringEpochs, BatchSize = 32, ValidationFraction = 0, Seed = seed, Sparsity = sparsity },
        }).Fit(train);
}
