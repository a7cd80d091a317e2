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
/// are not here, and tested on its test part, beside controls that read one side only.
/// </summary>
internal static class ImageTextPairBenchmark
{
    private const int Height = 25, Width = 100;
    private const int Seeds = 2;

    public static string Run()
    {
        if (Load("dev") is not { } train || Load("test") is not { } test)
        {
            return "NLVR is not in the data folder; set MLX_DATA to a folder that holds it.";
        }
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"NLVR, {train.Length} pairs of the development part to learn from, {test.Length} of the test part; images of {Width} x {Height} pixels, one permutation; means over {Seeds} seeds. Published figures learn from the training part, which has 12 times as many sentences, so they are no comparison.");
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
            var metrics = Enumerable.Range(1, Seeds).Select(seed =>
            {
                var ml = new MLContext(seed);
                var options = new ImageTextPairOptions { GroupColumnName = "Group" };
                (options.Text.Channel, options.Training.Seed, options.Training.ValidationFraction) = (channel, seed, 0.15);
                var group = ml.Transforms.Conversion.MapValueToKey("Group", nameof(PictureRow.Id));
                var data = PictureRow.View(ml, [.. train.Select(change)], Height, Width);
                using var model = ml.BinaryClassification.Trainers.ImageTextPair(options).Fit(group.Fit(data).Transform(data));
                return ml.BinaryClassification.EvaluateNonCalibrated(
                    model.Transform(PictureRow.View(ml, [.. test.Select(change)], Height, Width)));
            }).ToArray();
            report.AppendLine(CultureInfo.InvariantCulture,
                $"| {name} | {metrics.Average(one => one.Accuracy):F3} | {metrics.Average(one => one.AreaUnderRocCurve):F3} |");
            Console.WriteLine(report.ToString().TrimEnd().Split('\n')[^1]);
        }
    }

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
