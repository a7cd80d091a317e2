using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// How alike the layers of two models are on the same rows, by centred kernel alignment with linear kernels (Kornblith et al. 2019, arXiv
/// 1905.00414).
/// </summary>
/// <remarks>
/// Create it with <c>ml.Model.CompareRepresentations</c>. HSIC is averaged over batches of rows in the order of the data, weighted by their
/// rows, and CKA computed from the averages (Nguyen et al. 2021, arXiv 2010.15327); a last batch of fewer than four rows is left out. More
/// than 1,024 features of a layer are projected to so many at random.
/// </remarks>
public sealed class RepresentationSimilarity
{
    internal RepresentationSimilarity(
        IReadOnlyList<string> layers, IReadOnlyList<string> others, long rows, SimilaritySums biased, SimilaritySums unbiased)
    {
        (Layers, OtherLayers, Rows) = (layers, others, rows);
        Pairs = [.. layers.SelectMany((layer, i) => others.Select((other, j) =>
            new LayerSimilarity(layer, other, biased.Of(i, j), unbiased.Of(i, j))))];
    }

    /// <summary>The layers of the first model, from its input to its output.</summary>
    public IReadOnlyList<string> Layers { get; }

    /// <summary>The layers of the second model.</summary>
    public IReadOnlyList<string> OtherLayers { get; }

    /// <summary>The number of rows that were compared.</summary>
    public long Rows { get; }

    /// <summary>Each pair of layers: all of the second model for the first layer of the first model, and so on.</summary>
    public IReadOnlyList<LayerSimilarity> Pairs { get; }

    /// <summary>The similarity of two layers.</summary>
    /// <param name="layer">The layer of the first model.</param>
    /// <param name="otherLayer">The layer of the second model.</param>
    /// <exception cref="ArgumentException">There is no such layer; the message lists those that exist.</exception>
    public LayerSimilarity Of(string layer, string otherLayer)
    {
        Check(layer, Layers, nameof(layer));
        Check(otherLayer, OtherLayers, nameof(otherLayer));
        return Pairs.First(pair => pair.Layer == layer && pair.OtherLayer == otherLayer);
    }

    /// <summary>The pairs as comma-separated values, with the header <c>Layer,OtherLayer,Cka,UnbiasedCka</c>.</summary>
    public string ToCsv() => string.Concat(Pairs
        .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Layer},{pair.OtherLayer},{pair.Cka:r},{pair.UnbiasedCka:r}\n"))
        .Prepend("Layer,OtherLayer,Cka,UnbiasedCka\n"));

    /// <summary>A table: the first model's layers down, the second's across, with the biased and the unbiased CKA in each cell.</summary>
    public override string ToString()
    {
        var cells = Layers.Select((layer, i) => OtherLayers.Select((_, j) => At(i, j)).Select(pair =>
            string.Create(CultureInfo.InvariantCulture, $"{pair.Cka:f3} {pair.UnbiasedCka:f3}")).Prepend(layer).ToArray())
            .Prepend([string.Create(CultureInfo.InvariantCulture, $"CKA, unbiased CKA, {Rows} rows"), .. OtherLayers]).ToArray();
        var widths = Enumerable.Range(0, OtherLayers.Count + 1).Select(column => cells.Max(row => row[column].Length)).ToArray();
        return string.Join('\n', cells.Select(row => string.Join("  ", row.Select((cell, column) =>
            column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column])))));
    }

    /// <summary>An HTML page without scripts or other files: a heat map of each estimate.</summary>
    /// <param name="title">The title.</param>
    public string ToHtml(string title = "Similarity of representations")
    {
        ArgumentNullException.ThrowIfNull(title);
        var page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        page.Append($"<title>{Html.Text(title)}</title>\n<style>\n{Html.Style}</style>\n</head>\n<body>\n<h1>{Html.Text(title)}</h1>\n");
        page.Append(Html.Invariant($"<p>Centred kernel alignment of the layers of two models on {Rows} rows: the first model's layers down, the second's across. The unbiased estimate is about 0 for features that have nothing to do with each other; the biased one is high for any where there are more features than rows in a batch.</p>\n"));
        page.Append(SimilarityMap.ToHtml("Unbiased CKA", Layers, OtherLayers, (i, j) => At(i, j).UnbiasedCka));
        page.Append(SimilarityMap.ToHtml("CKA", Layers, OtherLayers, (i, j) => At(i, j).Cka));
        return page.Append("</body>\n</html>\n").ToString();
    }

    /// <summary>Writes the page, completely or not at all.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public void Save(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        AtomicFile.Write(file, Encoding.UTF8.GetBytes(ToHtml()));
    }

    private LayerSimilarity At(int layer, int other) => Pairs[(layer * OtherLayers.Count) + other];

    private static void Check(string layer, IReadOnlyList<string> layers, string parameter)
    {
        if (!layers.Contains(layer))
        {
            throw new ArgumentException($"The model has no layer '{layer}'; it has: {string.Join(", ", layers)}.", parameter);
        }
    }
}
