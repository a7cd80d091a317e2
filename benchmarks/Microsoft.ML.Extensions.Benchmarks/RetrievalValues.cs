using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Recalls and median ranks of fits, kept in a file, so that a run continues where the last one stopped.</summary>
internal sealed class RetrievalValues(string name)
{
    private const string Set = "emoji";

    private static readonly (string Name, Func<ImageTextMetrics, double> Of)[] s_parts =
    [
        ("image search R@1", metrics => metrics.ImageSearch.RecallAt1),
        ("image search R@5", metrics => metrics.ImageSearch.RecallAt5),
        ("image search R@10", metrics => metrics.ImageSearch.RecallAt10),
        ("image search median rank", metrics => metrics.ImageSearch.MedianRank),
        ("annotation R@1", metrics => metrics.Annotation.RecallAt1),
        ("annotation R@5", metrics => metrics.Annotation.RecallAt5),
        ("annotation R@10", metrics => metrics.Annotation.RecallAt10),
        ("annotation median rank", metrics => metrics.Annotation.MedianRank),
    ];

    private readonly DefaultValues _values = new(Path.Combine(ResultFile.Repository(), "benchmarks", "results", $"{name}.tsv"));

    /// <summary>The results of one fit, measured if any of them is missing.</summary>
    public RetrievalFit Get(string arm, int seed, Func<(ImageTextMetrics Metrics, double Seconds)> measure)
    {
        var fit = new Lazy<(ImageTextMetrics Metrics, double Seconds)>(measure);
        DefaultValue[] values = [.. s_parts.Select(part =>
            _values.Get(Set, arm, part.Name, seed, () => (part.Of(fit.Value.Metrics), fit.Value.Seconds)))];
        return new([.. values.Take(4).Select(value => value.Score)], [.. values.Skip(4).Select(value => value.Score)], values[0].Seconds);
    }
}

/// <summary>The results of one fit.</summary>
/// <param name="ImageSearch">R@1, R@5, R@10 and the median rank of images for sentences.</param>
/// <param name="Annotation">The same of sentences for images.</param>
/// <param name="Seconds">The seconds of the fit.</param>
internal sealed record RetrievalFit(double[] ImageSearch, double[] Annotation, double Seconds)
{
    /// <summary>The mean recall of image search minus that of annotation.</summary>
    public double Advantage => ImageSearch.Take(3).Average() - Annotation.Take(3).Average();
}
