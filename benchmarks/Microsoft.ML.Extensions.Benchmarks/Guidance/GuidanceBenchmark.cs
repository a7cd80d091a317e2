using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Guidance (Subramaniam et al. 2024, arXiv 2410.20035) at a small size: networks that learn a task badly, guided by a network of another architecture,
/// trained and untrained, with controls. Results are kept, so that a run continues where the last one stopped.
/// </summary>
internal static class GuidanceBenchmark
{
    private const int Seeds = 5;
    private const string Name = "guidance", Train = "train", Test = "test", Unguided = "none (weight 0)", GuideTrained = "the guide, trained", GuideUntrained = "the guide, untrained";

    // The smallest rate that an option allows to name: a fit of one epoch leaves the first weights as they are.
    private const double NoRate = 1e-12;

    private static readonly (string Name, Func<Guides, Action<TrainingOptions>> Change)[] s_arms =
    [
        (Unguided, guides => Guided(new() { Guide = guides.Untrained, Weight = 0 })),
        ("trained", guides => Guided(new() { Guide = guides.Trained })),
        ("trained, unbiased CKA", guides => Guided(new() { Guide = guides.Trained, Similarity = GuidanceSimilarity.UnbiasedCka })),
        ("trained, first 300 steps", guides => Guided(new() { Guide = guides.Trained, Steps = 300 })),
        ("untrained", guides => Guided(new() { Guide = guides.Untrained })),
        ("untrained, unbiased CKA", guides => Guided(new() { Guide = guides.Untrained, Similarity = GuidanceSimilarity.UnbiasedCka })),
        ("untrained, first 300 steps", guides => Guided(new() { Guide = guides.Untrained, Steps = 300 })),
        ("control: the network's own architecture, untrained", guides => Guided(new() { Guide = guides.Same })),
        ("control: trained, rows shuffled", guides => Guided(new() { Guide = guides.Trained, Control = GuidanceControl.ShuffledRows })),
        ("control: untrained, rows shuffled", guides => Guided(new() { Guide = guides.Untrained, Control = GuidanceControl.ShuffledRows })),
        ("control: trained, random inputs", guides => Guided(new() { Guide = guides.Trained, Control = GuidanceControl.RandomInputs })),
        ("control: distillation from the untrained guide", guides => training => training.Distillation = new() { Teacher = guides.Untrained }),
    ];

    /// <param name="only">The study to measure; null for all.</param>
    public static string Run(string? only)
    {
        var values = new DefaultValues(Path.Combine(ResultFile.Repository(), "benchmarks", "results", $"{Name}.tsv"));
        var report = new StringBuilder();
        foreach (var study in GuidanceStudy.All.Where(study => only is null || study.Name == only))
        {
            if (Enumerable.Range(1, Seeds).Any(seed => !Measure(study, seed, values)))
            {
                report.AppendLine($"{study.Name}: skipped, its files are not available.");
                continue;
            }
            Report(study, values, report);
        }
        return report.Append(
            "The paper's figures, by a secondary source that was not checked against the paper (base, with a trained guide, with an untrained guide): recurrent network guided by a Transformer, copy-paste, accuracy in % 14.35, 23.27, 42.56; Transformer guided by a recurrent network, parity, 71.98, 78.49; deep fully connected network guided by ResNet-18, ImageNet, top 5, 1.65, 7.50, 13.10.").AppendLine().ToString();
    }

    private static bool Measure(GuidanceStudy study, int seed, DefaultValues values)
    {
        string[] contestants = [.. s_arms.Select(arm => arm.Name), GuideTrained, GuideUntrained];
        if (contestants.All(one => values.Knows(study.Name, one, Test, seed)))
        {
            return true;
        }
        var ml = new MLContext(seed);
        if (study.Rows(ml, seed) is not var (train, test))
        {
            return false;
        }
        using var trained = study.Guide(ml, _ => { }).Fit(train);
        using var untrained = study.Guide(ml, AtFirstWeights).Fit(train);
        using var same = study.Student(ml, AtFirstWeights).Fit(train);
        Keep(GuideTrained, () => trained);
        Keep(GuideUntrained, () => untrained);
        foreach (var (name, change) in s_arms)
        {
            Keep(name, () => study.Student(new MLContext(seed), change(new Guides(trained, untrained, same))).Fit(train));
        }
        return true;

        void Keep(string name, Func<NetworkTransformer> fit)
        {
            if (values.Knows(study.Name, name, Test, seed))
            {
                return;
            }
            var clock = Stopwatch.StartNew();
            var model = fit();
            var seconds = clock.Elapsed.TotalSeconds;
            values.Get(study.Name, name, Train, seed, () => (study.Accuracy(ml, model, train), seconds));
            values.Get(study.Name, name, Test, seed, () => (study.Accuracy(ml, model, test), seconds));
            if (model != trained && model != untrained)
            {
                model.Dispose();
            }
        }
    }

    private static void Report(GuidanceStudy study, DefaultValues values, StringBuilder report)
    {
        report.AppendLine(CultureInfo.InvariantCulture, $"## {study.Name}").AppendLine().AppendLine(study.Setup).AppendLine();
        report.AppendLine("| guide | test accuracy | standard error | seeds | seeds above none, below | training accuracy |");
        report.AppendLine("|---|---|---|---|---|---|");
        var none = Scores(Unguided, Test);
        foreach (var name in (string[])[.. s_arms.Select(arm => arm.Name), GuideTrained, GuideUntrained])
        {
            var (test, train) = (Scores(name, Test), Scores(name, Train));
            var mean = test.Average();
            var error = Math.Sqrt(test.Sum(value => (value - mean) * (value - mean)) / (Seeds - 1) / Seeds);
            var (above, below) = (test.Zip(none).Count(pair => pair.First > pair.Second), test.Zip(none).Count(pair => pair.First < pair.Second));
            report.AppendLine(CultureInfo.InvariantCulture,
                $"| {name} | {mean:F3} | {error:F3} | {string.Join(", ", test.Select(value => value.ToString("F3", CultureInfo.InvariantCulture)))} | {above}, {below} | {train.Average():F3} |");
        }
        report.AppendLine();

        double[] Scores(string name, string part) =>
            [.. Enumerable.Range(1, Seeds).Select(seed => values.Get(study.Name, name, part, seed, () => throw new UnreachableException()).Score)];
    }

    private static Action<TrainingOptions> Guided(GuidanceOptions guidance) => training => training.Guidance = guidance;

    private static void AtFirstWeights(TrainingOptions training) => (training.Epochs, training.LearningRate) = (1, NoRate);

    /// <summary>The guides of a seed.</summary>
    /// <param name="Trained">The guide, trained.</param>
    /// <param name="Untrained">The guide with its first weights.</param>
    /// <param name="Same">The network to be guided, with first weights.</param>
    private sealed record Guides(NetworkTransformer Trained, NetworkTransformer Untrained, NetworkTransformer Same);
}
