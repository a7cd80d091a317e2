using System.Diagnostics;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>Learns from pairs of images and sentences, and searches among images that it has not seen.</summary>
internal sealed class PairSearch(SearchArguments arguments)
{
    private const int DrawnImages = 400;
    private const int ReportedQueries = 20;
    private const int ReportedImages = 6;

    private readonly MLContext _ml = new(arguments.Seed);

    /// <summary>Trains, searches, writes the page, and returns the figures.</summary>
    public Figures Run(CancellationToken cancellation)
    {
        using var drawn = arguments.Pairs is null ? new DrawnScenes() : null;
        var (train, test) = Divided(drawn?.Draw(DrawnImages, arguments.Seed) ?? Pair.Read(arguments.Pairs!));
        Console.WriteLine(FormattableString.Invariant(
            $"{train.Length} pairs to learn from, {test.Length} pairs of {test.DistinctBy(pair => pair.Image).Count()} other images to search in."));
        var options = arguments.Options();
        options.Training.CancellationToken = cancellation;
        var clock = Stopwatch.StartNew();
        using var model = _ml.Ranking.Trainers.ImageTextMatching(options).Fit(_ml.Data.LoadFromEnumerable(train));
        var seconds = clock.Elapsed.TotalSeconds;
        var data = _ml.Data.LoadFromEnumerable(test);
        var metrics = _ml.Ranking.EvaluateImageText(model.Transform(data), nameof(Pair.Image));
        Report(model, test, metrics);
        return new Figures
        {
            { "image_search_r1", metrics.ImageSearch.RecallAt1 },
            { "image_search_r5", metrics.ImageSearch.RecallAt5 },
            { "image_search_r10", metrics.ImageSearch.RecallAt10 },
            { "annotation_r1", metrics.Annotation.RecallAt1 },
            { "annotation_r5", metrics.Annotation.RecallAt5 },
            { "annotation_r10", metrics.Annotation.RecallAt10 },
            { "median_rank", metrics.ImageSearch.MedianRank },
            { "annotation_median_rank", metrics.Annotation.MedianRank },
            { "fit_seconds", seconds },
        };
    }

    // By images: all sentences of an image are on one side.
    private (Pair[] Train, Pair[] Test) Divided(IReadOnlyList<Pair> pairs)
    {
        var images = pairs.Select(pair => pair.Image).Distinct(StringComparer.Ordinal).ToArray();
        if (images.Length < 4)
        {
            throw new UsageException(FormattableString.Invariant($"There are {images.Length} different images; at least 4 are needed."));
        }
        new Random(arguments.Seed).Shuffle(images);
        var chosen = images.Take(Math.Clamp((int)Math.Round(images.Length * arguments.TestFraction), 2, images.Length - 2))
            .ToHashSet(StringComparer.Ordinal);
        return ([.. pairs.Where(pair => !chosen.Contains(pair.Image))], [.. pairs.Where(pair => chosen.Contains(pair.Image))]);
    }

    private void Report(ITransformer model, Pair[] test, ImageTextMetrics metrics)
    {
        var images = _ml.Data.LoadFromEnumerable(test.DistinctBy(pair => pair.Image));
        using var index = model.CreateIndex(images, ImageTextContent.Images, nameof(Pair.Image));
        Pair[] queries = [.. test.DistinctBy(pair => pair.Image).Take(ReportedQueries)];
        var found = index.Search(_ml.Data.LoadFromEnumerable(queries), ImageTextContent.Sentences, ReportedImages);
        var title = FormattableString.Invariant(
            $"Of {metrics.ImageSearch.Queries} sentences {metrics.ImageSearch.RecallAt1:p0} find their image first among {metrics.ImageSearch.Candidates}, {metrics.ImageSearch.RecallAt10:p0} among the first ten.");
        SearchReport.Write(arguments.Report, title, queries, found);
        Console.WriteLine($"Sentences with the images found for them: {arguments.Report}");
    }
}
