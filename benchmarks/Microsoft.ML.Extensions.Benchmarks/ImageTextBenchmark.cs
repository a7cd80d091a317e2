using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Image-text matching on emoji and their names: text channels, negatives, and which part of a pair is replaced.
/// </summary>
internal static class ImageTextBenchmark
{
    private const int Side = 36;
    private const int Seeds = 1;
    private const int PairedSeeds = 3;
    private const double TestPart = 0.2;

    public static string Run()
    {
        if (EmojiImages.Load(Side) is not { } rows)
        {
            return "The emoji are not in the data folder; set MLX_DATA to a folder that holds them.";
        }
        var report = new StringBuilder();
        var test = (int)Math.Round(rows.Length * TestPart);
        report.AppendLine(CultureInfo.InvariantCulture,
            $"{rows.Length} emoji of {Side} x {Side} pixels with their names (no skin tones), {test} of them, drawn by seed, only for the test; {Seeds} seed, nothing pretrained. By chance R@10 is {10.0 / test:p1}.");
        report.AppendLine();
        report.AppendLine("| trained with | image search R@1 / 5 / 10 | median rank | annotation R@1 / 5 / 10 | median rank | fit s |");
        report.AppendLine("|---|---|---|---|---|---|");
        foreach (var channel in Enum.GetValues<TextChannel>())
        {
            Add($"InfoNce, InBatch, {channel}", options => options.Text.Channel = channel);
        }
        foreach (var negatives in Enum.GetValues<ImageTextNegatives>().Where(value => value != ImageTextNegatives.InBatch))
        {
            Add($"InfoNce, {negatives}", options => options.Negatives = negatives);
        }
        Add("Hinge, InBatch", options => options.Objective = ImageTextObjective.Hinge);
        Add("Hinge, Hardest", options => (options.Objective, options.Negatives) = (ImageTextObjective.Hinge, ImageTextNegatives.Hardest));
        Add("Sigmoid, InBatch", options => options.Objective = ImageTextObjective.Sigmoid);
        Add("InfoNce, InBatch, and keywords as further captions", _ => { }, EmojiKeywords.Load());
        report.AppendLine();
        AddReplaced(report, rows);
        return report.ToString();

        void Add(string name, Action<ImageTextMatchingOptions> change, IReadOnlyDictionary<string, string[]>? keywords = null)
        {
            var fits = Enumerable.Range(1, Seeds).Select(seed => Fit(rows, seed, change, keywords)).ToArray();
            report.AppendLine(CultureInfo.InvariantCulture,
                $"| {name} | {Text(fits.Select(fit => fit.Metrics.ImageSearch))} | {Text(fits.Select(fit => fit.Metrics.Annotation))} | {fits.Average(fit => fit.Seconds):F0} |");
            Console.WriteLine(report.ToString().TrimEnd().Split('\n')[^1]);
        }
    }

    // The paper's claim, paired over seeds: replacing images is for image search, replacing sentences for annotation.
    private static void AddReplaced(StringBuilder report, PictureRow[] rows)
    {
        double[] differences = [.. Enumerable.Range(1, PairedSeeds).Select(seed =>
            Advantage(rows, seed, ReplacedPart.Image) - Advantage(rows, seed, ReplacedPart.Sentence))];
        var mean = differences.Average();
        var error = Math.Sqrt(differences.Sum(value => Math.Pow(value - mean, 2)) / (PairedSeeds * (PairedSeeds - 1.0)));
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Hinge, InBatch. The mean recall (R@1, 5, 10) of image search minus that of annotation is {100 * mean:+0.0;-0.0} points higher when images are replaced than when sentences are, with a standard error of {100 * error:F1} over {PairedSeeds} paired seeds.");
    }

    private static double Advantage(PictureRow[] rows, int seed, ReplacedPart part)
    {
        var metrics = Fit(rows, seed, options => (options.Objective, options.Replace) = (ImageTextObjective.Hinge, part)).Metrics;
        return Recall(metrics.ImageSearch) - Recall(metrics.Annotation);
    }

    private static double Recall(RetrievalMetrics metrics) => (metrics.RecallAt1 + metrics.RecallAt5 + metrics.RecallAt10) / 3;

    private static (ImageTextMetrics Metrics, double Seconds) Fit(
        PictureRow[] rows, int seed, Action<ImageTextMatchingOptions> change, IReadOnlyDictionary<string, string[]>? keywords = null)
    {
        var ml = new MLContext(seed);
        PictureRow[] drawn = [.. rows];
        new Random(seed).Shuffle(drawn);
        var test = (int)Math.Round(rows.Length * TestPart);
        var options = new ImageTextMatchingOptions();
        options.Training.Seed = seed;
        change(options);
        PictureRow[] train = [.. drawn[test..].SelectMany(row => (string[])[row.Text, .. keywords?.GetValueOrDefault(row.Text) ?? []], (row, text) =>
            new PictureRow { Id = row.Id, Text = text, Image = row.Image })];
        var clock = System.Diagnostics.Stopwatch.StartNew();
        using var model = ml.Ranking.Trainers.ImageTextMatching(options).Fit(PictureRow.View(ml, train, Side, Side));
        var seconds = clock.Elapsed.TotalSeconds;
        return (ml.Ranking.EvaluateImageText(model.Transform(PictureRow.View(ml, drawn[..test], Side, Side))), seconds);
    }

    private static string Text(IEnumerable<RetrievalMetrics> metrics)
    {
        var all = metrics.ToArray();
        return string.Create(CultureInfo.InvariantCulture,
            $"{100 * all.Average(one => one.RecallAt1):F1} / {100 * all.Average(one => one.RecallAt5):F1} / {100 * all.Average(one => one.RecallAt10):F1} | {all.Average(one => one.MedianRank):F1}");
    }
}
