using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// The share of seeds that succeed, with and without gradient noise (the claim of Neelakantan et al. 2015, arXiv 1511.06807, section 4): ParaLSTM on the parity of random bits, where some
/// seeds do not learn. Fisher's exact test compares each noise with none. Results are kept, so that a run continues where the last one stopped.
/// </summary>
internal static class NoisyParityBenchmark
{
    private const string Name = "noisyparity";
    private const int Seeds = 40, TrainRows = 2000, TestRows = 1000, TrainSteps = 12, Epochs = 30;
    private const double Learned = 0.95;

    private static readonly (string Name, GradientNoiseOptions? Noise)[] s_arms =
    [
        ("none", null),
        ("absolute, 0.01", new GradientNoiseOptions { Eta = 0.01 }),
        ("relative, 0.01", new GradientNoiseOptions { Eta = 0.01, Scale = GradientNoiseScale.Relative }),
        ("relative, 0.3", new GradientNoiseOptions { Eta = 0.3, Scale = GradientNoiseScale.Relative }),
        ("relative, 1", new GradientNoiseOptions { Eta = 1, Scale = GradientNoiseScale.Relative }),
    ];

    public static string Run()
    {
        var values = new DefaultValues(Path.Combine(ResultFile.Repository(), "benchmarks", "results", $"{Name}.tsv"));
        var accuracies = s_arms.ToDictionary(arm => arm.Name, _ => new List<double>());
        foreach (var seed in Enumerable.Range(1, Seeds))
        {
            foreach (var (name, noise) in s_arms)
            {
                accuracies[name].Add(values.Get("parity", name, "test", seed, () => Measure(seed, noise)).Score);
            }
        }
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"ParaLSTM, two layers of 32, forward only, {Epochs} epochs over {TrainRows} rows of 1 to {TrainSteps} random bits; a seed succeeds with an accuracy above {Learned} on {TestRows} rows of {TrainSteps} bits. p is of Fisher's exact test against no noise, two-sided, not corrected.");
        report.AppendLine().AppendLine("| noise | seeds that succeed | p | median accuracy |").AppendLine("|---|---|---|---|");
        var none = Successes(s_arms[0].Name);
        foreach (var (name, _) in s_arms)
        {
            var p = name == s_arms[0].Name ? "" : FisherExact(none, Successes(name), Seeds).ToString("F3", CultureInfo.InvariantCulture);
            report.AppendLine(CultureInfo.InvariantCulture,
                $"| {name} | {Successes(name)} of {Seeds} | {p} | {accuracies[name].Order().ElementAt(Seeds / 2):F3} |");
        }
        return report.ToString();

        int Successes(string name) => accuracies[name].Count(accuracy => accuracy > Learned);
    }

    private static (double Accuracy, double Seconds) Measure(int seed, GradientNoiseOptions? noise)
    {
        var ml = new MLContext(seed);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        using var model = ml.BinaryClassification.Trainers.ParaRnn(new ParaRnnOptions
        {
            LabelColumnName = nameof(SequenceRow.IsFirst),
            Cell = ParaRnnCell.Lstm,
            Bidirectional = false,
            ConvolutionWidth = 1,
            Pooling = SequencePooling.Last,
            RecurrentWeightClip = 0,
            Dropout = 0,
            InputNoise = 0,
            EnsembleSize = 1,
            Base = SequenceBase.None,
            Training = { Epochs = Epochs, BatchSize = 64, ValidationFraction = 0, LearningRate = 1e-2, LabelSmoothing = 0, Seed = seed, GradientNoise = noise },
        }).Fit(ParityBenchmark.View(ml, ParityBenchmark.Rows(TrainRows, new Random(seed), random => random.Next(1, TrainSteps + 1))));
        var accuracy = ml.BinaryClassification.Evaluate(
            model.Transform(ParityBenchmark.View(ml, ParityBenchmark.Rows(TestRows, new Random(-1), _ => TrainSteps))), nameof(SequenceRow.IsFirst)).Accuracy;
        return (accuracy, clock.Elapsed.TotalSeconds);
    }

    // The probability of a table no likelier than this one, with the same sums.
    private static double FisherExact(int first, int second, int each)
    {
        var all = first + second;
        var observed = Chance(first);
        return Enumerable.Range(Math.Max(0, all - each), Math.Min(all, each) - Math.Max(0, all - each) + 1)
            .Select(Chance).Where(chance => chance <= observed * (1 + 1e-9)).Sum();

        double Chance(int successes) => Math.Exp(Ways(each, successes) + Ways(each, all - successes) - Ways(2 * each, all));
    }

    private static double Ways(int from, int chosen) =>
        Enumerable.Range(1, chosen).Sum(i => Math.Log((from - chosen + i) / (double)i));
}
