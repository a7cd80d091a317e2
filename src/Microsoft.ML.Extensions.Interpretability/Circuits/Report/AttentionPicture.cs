using System.Text;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A head's attention in a row of tokens as SVG: darker for more.</summary>
internal static class AttentionPicture
{
    private const int Cell = 12;
    private const int Margin = 90;
    private const int LongestLabel = 12;
    private const float LeastShown = 0.01f;

    /// <summary>The picture.</summary>
    /// <param name="name">The head.</param>
    /// <param name="tokens">The tokens' texts (T).</param>
    /// <param name="pattern"><c>[T (query), T (key)]</c>.</param>
    public static string ToHtml(string name, IReadOnlyList<string> tokens, ReadOnlySpan<float> pattern)
    {
        var size = Margin + (tokens.Count * Cell);
        var svg = new StringBuilder(
            Html.Invariant($"<figure><figcaption>{Html.Text(name)}</figcaption>\n<svg viewBox=\"0 0 {size} {size}\" width=\"{size}\" height=\"{size}\" role=\"img\" aria-label=\"Attention of {Html.Text(name)}\">\n"));
        for (var i = 0; i < tokens.Count; i++)
        {
            var label = Html.Text(tokens[i].Length > LongestLabel ? tokens[i][..LongestLabel] : tokens[i]);
            var middle = Margin + (i * Cell) + (Cell / 2);
            svg.Append(Html.Invariant($"<text x=\"{Margin - 4}\" y=\"{middle + 4}\" text-anchor=\"end\">{label}</text>\n"));
            svg.Append(Html.Invariant($"<text transform=\"translate({middle + 4} {Margin - 4}) rotate(-90)\">{label}</text>\n"));
        }
        for (var cell = 0; cell < pattern.Length; cell++)
        {
            // Nearly white cells are omitted, since they would be most of the page.
            if (pattern[cell] >= LeastShown)
            {
                var (query, key) = (cell / tokens.Count, cell % tokens.Count);
                svg.Append(Html.Invariant(
                    $"<rect x=\"{Margin + (key * Cell)}\" y=\"{Margin + (query * Cell)}\" width=\"{Cell - 1}\" height=\"{Cell - 1}\" fill=\"#16337a\" fill-opacity=\"{pattern[cell]:F3}\"><title>{pattern[cell]:F3}</title></rect>\n"));
            }
        }
        return svg.Append("</svg></figure>\n").ToString();
    }
}
