using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Whether a sentence is true of an image, on NLVR (Suhr et al. 2017): trained on its development part, since the labels of its training part
/// are not here, and tested on its test part, beside controls that read one side only. Results are kept, so that a run continues where the
/// last one stopped.
/// </summary>
internal static class ImageTextPairBenchmark
{
    private const string Name = "imagetextpairs", Set = "nlvr", Accuracy = "accuracy", Area = "area under ROC";

    // An image has three boxes of a quarter of its width, with half a box between them.
    private const int Height = 24, Width = 96, Box = Width / 4, Step = Box * 3 / 2;
    private const int DefaultSeeds = 3;

    private static readonly int[][] s_orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

    /// <param name="seeds">The number of seeds; null for three.</param>
    public static string Run(int? seeds)
    {
        var count = seeds ?? DefaultSeeds;
        var values = new DefaultValues(Path.Combine(ResultFile.Repository(), "benchmarks", "results", $"{Name}.tsv"));
        if (Load("dev") is not { } train || Load("test") is not { } test)
        {
            return "NLVR is not in the data folder; set MLX_DATA to a folder that holds it.";
        }
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"NLVR, {train.Length} pairs of the development part to learn from, each in the {s_orders.Length} orders of its boxes, with whole images held out for validation; {test.Length} pairs of the test part, as they are; images of {Width} x {Height} pixels; means over {count} seeds. Published figures learn from the training part, whose labels are not here, so they are no comparison.");
        report.AppendLine();
        report.AppendLine("| reads | accuracy | area under ROC |");
        report.AppendLine("|---|---|---|");
        report.AppendLine(CultureInfo.InvariantCulture, $"| nothing: true for all | {test.Average(row => row.Label ? 1.0 : 0):F3} | 0.5 |");
        foreach (var channel in new[] { TextChannel.BagOfWords, TextChannel.SkipGrams, TextChannel.Gru })
        {
            Add($"image and sentence, {channel}", row => row, channel);
        }
        Add("the sentence alone", row => new PictureRow { Text = row.Text, Label = row.Label, Id = row.Id, Image = new float[row.Image.Length] }, TextChannel.BagOfWords);
        Add("the image alone", row => new PictureRow { Text = "none", Label = row.Label, Id = row.Id, Image = row.Image }, TextChannel.BagOfWords);
        return report.ToString();

        void Add(string name, Func<PictureRow, PictureRow> change, TextChannel channel)
        {
            var fits = Enumerable.Range(1, count).Select(seed =>
            {
                var fit = new Lazy<(double Accuracy, double Area, double Seconds)>(() => Fit(seed, change, channel));
                return (values.Get(Set, name, Accuracy, seed, () => (fit.Value.Accuracy, fit.Value.Seconds)).Score,
                    values.Get(Set, name, Area, seed, () => (fit.Value.Area, fit.Value.Seconds)).Score);
            }).ToArray();
            report.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {fits.Average(fit => fit.Item1):F3} | {fits.Average(fit => fit.Item2):F3} |");
        }

        (double Accuracy, double Area, double Seconds) Fit(int seed, Func<PictureRow, PictureRow> change, TextChannel channel)
        {
            var ml = new MLContext(seed);
            var options = new ImageTextPairOptions { GroupColumnName = "Group" };
            (options.Text.Channel, options.Training.Seed, options.Training.ValidationFraction) = (channel, seed, 0.15);
            var group = ml.Transforms.Conversion.MapValueToKey("Group", nameof(PictureRow.Id));
            var data = PictureRow.View(ml, [.. train.SelectMany(Ordered).Select(change)], Height, Width);
            var clock = Stopwatch.StartNew();
            using var model = ml.BinaryClassification.Trainers.ImageTextPair(options).Fit(group.Fit(data).Transform(data));
            var seconds = clock.Elapsed.TotalSeconds;
            var metrics = ml.BinaryClassification.EvaluateNonCalibrated(
                model.Transform(PictureRow.View(ml, [.. test.Select(change)], Height, Width)));
            return (metrics.Accuracy, metrics.AreaUnderRocCurve, seconds);
        }
    }

    // NLVR's sentences are true or false whatever the order of the boxes.
    private static IEnumerable<PictureRow> Ordered(PictureRow row) => s_orders.Select(order =>
    {
        var image = (float[])row.Image.Clone();
        for (var line = 0; line < 3 * Height; line++)
        {
            for (var box = 0; box < order.Length; box++)
            {
                row.Image.AsSpan((line * Width) + (order[box] * Step), Box).CopyTo(image.AsSpan((line * Width) + (box * Step)));
            }
        }
        return new PictureRow { Id = row.Id, Text = row.Text, Label = row.Label, Image = image };
    });

    // The group is the picture, of which several sentences may be made.
    private static PictureRow[]? Load(string part)
    {
        if (SharedData.Find($"nlvr/{part}.json.gz") is not { } table || SharedData.Find($"nlvr/{part}-images-perm0.zip") is not { } pictures)
        {
            return null;
        }
        using var zip = ZipFile.OpenRead(pictures);
        using var lines = new StreamReader(new GZipStream(File.OpenRead(table), CompressionMode.Decompress));
        var reader = new PixelReader(new FrameShape(3, Height, Width));
        var rows = new List<PictureRow>();
        while (lines.ReadLine() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            string Field(string name) => json.RootElement.GetProperty(name).ToString();
            var path = $"images/{Field("directory")}/{part}-{Field("identifier")}-0.png";
            rows.Add(new PictureRow
            {
                Id = Field("identifier").Split('-')[0],
                Text = Field("sentence"),
                Label = Field("label") == "true",
                Image = PictureRow.Pixels(zip.GetEntry(path) ?? throw new FormatException($"{path} is not in the archive."), reader, 3 * Height * Width),
            });
        }
        return [.. rows];
    }
}
