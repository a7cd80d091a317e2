using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Image-text matching in use: images embedded a second, and the latency of a query over many entries.</summary>
internal static class ImageTextSpeedBenchmark
{
    private const int Side = 48, Images = 500, Entries = 100_000, Top = 10, Queries = 20;

    public static string Run()
    {
        if (EmojiImages.Load(Side) is not { } rows)
        {
            return "The emoji are not in the data folder; set MLX_DATA to a folder that holds them.";
        }
        TorchSharp.torch.set_num_threads(1);
        var ml = new MLContext(1);
        rows = rows[..Images];
        var data = PictureRow.View(ml, rows, Side, Side);
        var options = new ImageTextMatchingOptions { Training = { Epochs = 1, Seed = 1 } };
        using var model = ml.Ranking.Trainers.ImageTextMatching(options).Fit(data);
        var report = new StringBuilder();
        var embedding = Timing.Of(() => model.CreateIndex(data, ImageTextContent.Images).Dispose());
        report.AppendLine(CultureInfo.InvariantCulture,
            $"The defaults after one epoch, one thread. {Images / embedding.Median:F0} images of {Side} x {Side} pixels are embedded and indexed a second.");
        report.AppendLine();

        // Sentences of two names each are as many different ones as a large collection has.
        var sentences = ml.Data.LoadFromEnumerable(Enumerable.Range(0, Entries).Select(entry =>
            new SentenceRow { Id = entry.ToString(CultureInfo.InvariantCulture), Text = $"{rows[entry % Images].Text} {rows[entry / Images].Text}" }));
        using var exact = model.CreateIndex(sentences, ImageTextContent.Sentences);
        using var approximate = model.CreateIndex(sentences, ImageTextContent.Sentences,
            approximateIndex: dimensions => new USearchIndexAdapter(dimensions), approximateAbove: Entries - 1);
        PictureRow[] queries = [.. rows.Take(Queries)];
        var view = PictureRow.View(ml, queries, Side, Side);
        report.AppendLine(CultureInfo.InvariantCulture,
            $"| {Entries} sentences, the {Top} nearest to a sentence | ms, with embedding the query | of the exact {Top} |");
        report.AppendLine("|---|---|---|");
        foreach (var (name, index) in new[] { ("exact", exact), ("USearch proposes, scores are exact", approximate) })
        {
            var time = Timing.Of(() => Array.ForEach(queries, query => index.Search(query.Text, Top)));
            var shared = queries.Average(query => Ids(exact, query).Intersect(Ids(index, query)).Count() / (double)Top);
            report.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {1e3 * time.Median / Queries:F2} | {shared:F3} |");
        }
        var byImage = Timing.Of(() => exact.Search(view, ImageTextContent.Images, Top));
        report.AppendLine();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"A search by an image takes {1e3 * byImage.Median / Queries:F2} ms, exact, in a batch of {Queries}.");
        return report.ToString();
    }

    private static IEnumerable<string> Ids(ImageTextIndex index, PictureRow query) => index.Search(query.Text, Top).Select(match => match.Id);

    private sealed class SentenceRow
    {
        public string Id { get; set; } = "";

        public string Text { get; set; } = "";
    }
}
