using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Image-text matching on emoji and their names: text channels at the default negatives, objectives and negatives at the default channel,
/// which part of a pair is replaced, and features of pretrained networks beside ridge regression. Results are kept, so that a run continues
/// where the last one stopped.
/// </summary>
internal static class ImageTextBenchmark
{
    private const string Name = "imagetext", Defaults = "the defaults, 48 x 48", Bag = "InfoNce, InBatch, BagOfWords",
        Collapsing = "Hinge, Hardest", OfImages = "Hinge, InBatch, images replaced", OfSentences = "Hinge, InBatch, sentences replaced",
        Patches = "ridge regression from patches to letters and words",
        Base = "the base alone, 48 x 48", Network = "the network alone, 48 x 48",
        Ridge = "ridge regression from ResNet18 to MiniLM", Centred = Ridge + ", less the means",
        Vectors = "ours from ResNet18 and MiniLM", BaseOfVectors = Vectors + ", the base alone", NetworkOfVectors = Vectors + ", the network alone";

    // Small, short and without a base, since there are many arms, which concern the network.
    private const int DefaultSide = 48, Side = 24, PatchSide = 32, Epochs = 30;
    private const int DefaultSeeds = 5;
    private const double TestPart = 0.2;

    private static readonly (string Name, Action<ImageTextMatchingOptions> Change)[] s_arms =
    [
        .. Enum.GetValues<TextChannel>().Select(channel => ($"InfoNce, InBatch, {channel}", Of(options => options.Text.Channel = channel))),
        .. Enum.GetValues<ImageTextNegatives>().Where(value => value != ImageTextNegatives.InBatch)
            .Select(value => ($"InfoNce, {value}", Of(options => options.Negatives = value))),
        ("Sigmoid, InBatch", options => options.Objective = ImageTextObjective.Sigmoid),
        ("Hinge, InBatch", options => options.Objective = ImageTextObjective.Hinge),
        (Collapsing, options => (options.Objective, options.Negatives) = (ImageTextObjective.Hinge, ImageTextNegatives.Hardest)),
        (OfImages, options => (options.Objective, options.Replace) = (ImageTextObjective.Hinge, ReplacedPart.Image)),
        (OfSentences, options => (options.Objective, options.Replace) = (ImageTextObjective.Hinge, ReplacedPart.Sentence)),
    ];

    /// <param name="seeds">The number of seeds; null for five.</param>
    public static string Run(int? seeds)
    {
        if (EmojiImages.Load(Side) is not { } small || EmojiImages.Load(DefaultSide) is not { } rows || EmojiImages.Load(PatchSide) is not { } patched)
        {
            return "The emoji are not in the data folder; set MLX_DATA to a folder that holds them.";
        }
        var (count, test) = (seeds ?? DefaultSeeds, Tests(rows));
        var values = new RetrievalValues(Name);
        var keywords = EmojiKeywords.Load();
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"{rows.Length} emoji with their names (no skin tones), {test} of them, drawn by seed, only for the test; means over {count} seeds; images of {Side} x {Side} pixels, {Epochs} epochs and no base where nothing else is said. By chance R@10 is {10.0 / test:p1}. Text channels are compared at the default negatives, and objectives and negatives at the default channel.");
        report.AppendLine();
        report.AppendLine("| trained with | image search R@1 / 5 / 10 | median rank | annotation R@1 / 5 / 10 | median rank | fit s |");
        report.AppendLine("|---|---|---|---|---|---|");
        Add(Patches, seed => PatchPairs.Ridge([.. Order(rows, seed).Select(index => patched[index])], test, PatchSide, seed));
        Add(Base, seed => Fit(rows, DefaultSide, 0, seed, options => options.BaseWeight = 1));
        Add(Network, seed => Fit(rows, DefaultSide, 0, seed, options => options.BaseWeight = 0));
        Add(Defaults, seed => Fit(rows, DefaultSide, 0, seed, _ => { }));
        var pretrained = new Lazy<PretrainedPairs>(() => PretrainedPairs.Of(EmojiImages.Load(ResNet18Features.Side)!));
        Add(Ridge, seed => pretrained.Value.Ridge(Order(rows, seed), test, isCentred: false));
        Add(Centred, seed => pretrained.Value.Ridge(Order(rows, seed), test, isCentred: true));
        Add(BaseOfVectors, seed => pretrained.Value.Fit(Order(rows, seed), test, seed, baseWeight: 1));
        Add(NetworkOfVectors, seed => pretrained.Value.Fit(Order(rows, seed), test, seed, baseWeight: 0));
        Add(Vectors, seed => pretrained.Value.Fit(Order(rows, seed), test, seed, baseWeight: 0.5));
        foreach (var (name, change) in s_arms)
        {
            Add(name, seed => Fit(small, Side, Epochs, seed, options =>
            {
                options.BaseWeight = 0;
                change(options);
            }));
        }
        Add($"{Bag}, and keywords as further captions", seed => Fit(small, Side, Epochs, seed, options => options.BaseWeight = 0, keywords));
        report.AppendLine();
        AddReplaced(report, values, count);
        report.AppendLine();
        var collapsed = Enumerable.Range(1, count).Count(seed => Known(values, Collapsing, seed).ImageSearch[2] < 2 * 10.0 / test);
        report.AppendLine(CultureInfo.InvariantCulture, $"{Collapsing} collapsed, to less than twice the R@10 of chance, with {collapsed} of {count} seeds.");
        return report.ToString();

        void Add(string name, Func<int, (ImageTextMetrics, double)> fit)
        {
            var fits = Enumerable.Range(1, count).Select(seed => values.Get(name, seed, () => fit(seed))).ToArray();
            report.AppendLine(CultureInfo.InvariantCulture,
                $"| {name} | {Text(fits.Select(one => one.ImageSearch))} | {Text(fits.Select(one => one.Annotation))} | {fits.Average(one => one.Seconds):F0} |");
        }
    }

    // The paper's claim, paired over seeds: replacing images is for image search, replacing sentences for annotation.
    private static void AddReplaced(StringBuilder report, RetrievalValues values, int seeds)
    {
        double[] differences = [.. Enumerable.Range(1, seeds).Select(seed =>
            Known(values, OfImages, seed).Advantage - Known(values, OfSentences, seed).Advantage)];
        var mean = differences.Average();
        var error = Math.Sqrt(differences.Sum(value => Math.Pow(value - mean, 2)) / (seeds * (seeds - 1.0)));
        report.AppendLine(CultureInfo.InvariantCulture,
            $"The mean recall (R@1, 5, 10) of image search minus that of annotation is {100 * mean:+0.0;-0.0} points higher when images are replaced than when sentences are, with a standard error of {100 * error:F1} over {seeds} paired seeds.");
    }

    private static RetrievalFit Known(RetrievalValues values, string arm, int seed) =>
        values.Get(arm, seed, () => throw new UnreachableException());

    private static (ImageTextMetrics Metrics, double Seconds) Fit(
        PictureRow[] rows, int side, int epochs, int seed, Action<ImageTextMatchingOptions> change, IReadOnlyDictionary<string, string[]>? keywords = null)
    {
        var ml = new MLContext(seed);
        PictureRow[] drawn = [.. Order(rows, seed).Select(index => rows[index])];
        var test = Tests(rows);
        var options = new ImageTextMatchingOptions();
        (options.Training.Seed, options.Training.Epochs) = (seed, epochs);
        change(options);
        PictureRow[] train = [.. drawn[test..].SelectMany(row => (string[])[row.Text, .. keywords?.GetValueOrDefault(row.Text) ?? []], (row, text) =>
            new PictureRow { Id = row.Id, Text = text, Image = row.Image })];
        var clock = Stopwatch.StartNew();
        using var model = ml.Ranking.Trainers.ImageTextMatching(options).Fit(PictureRow.View(ml, train, side, side));
        var seconds = clock.Elapsed.TotalSeconds;
        return (ml.Ranking.EvaluateImageText(model.Transform(PictureRow.View(ml, drawn[..test], side, side))), seconds);
    }

    private static int Tests(PictureRow[] rows) => (int)Math.Round(rows.Length * TestPart);

    private static int[] Order(PictureRow[] rows, int seed)
    {
        int[] order = [.. Enumerable.Range(0, rows.Length)];
        new Random(seed).Shuffle(order);
        return order;
    }

    private static Action<ImageTextMatchingOptions> Of(Action<ImageTextMatchingOptions> change) => change;

    private static string Text(IEnumerable<double[]> fits)
    {
        var all = fits.ToArray();
        double Mean(int part) => all.Average(one => one[part]);
        return string.Create(CultureInfo.InvariantCulture, $"{100 * Mean(0):F1} / {100 * Mean(1):F1} / {100 * Mean(2):F1} | {Mean(3):F1}");
    }
}
