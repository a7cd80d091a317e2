using System.Text;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The similarities of layers as SVG: one cell per pair, darker for more, with its number.</summary>
internal static class SimilarityMap
{
    private const int CellWidth = 52;
    private const int CellHeight = 24;
    private const int LetterWidth = 7;
    private const double White = 0.55;

    /// <summary>The picture: the first model's layers from top to bottom, the second's from left to right.</summary>
    /// <param name="title">What is shown.</param>
    /// <param name="layers">The layers of the first model.</param>
    /// <param name="others">The layers of the second model.</param>
    /// <param name="value">The similarity of two layers, by their indices.</param>
    public static string ToHtml(string title, IReadOnlyList<string> layers, IReadOnlyList<string> others, Func<int, int, double> value)
    {
        var (left, top) = ((layers.Max(layer => layer.Length) * LetterWidth) + 8, (others.Max(layer => layer.Length) * LetterWidth) + 8);
        var (width, height) = (left + (others.Count * CellWidth), top + (layers.Count * CellHeight));
        var svg = new StringBuilder(Html.Invariant(
            $"<figure><figcaption>{Html.Text(title)}</figcaption>\n<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{Html.Text(title)}\">\n"));
        for (var j = 0; j < others.Count; j++)
        {
            svg.Append(Html.Invariant(
                $"<text transform=\"translate({left + (j * CellWidth) + (CellWidth / 2) + 4} {top - 4}) rotate(-90)\">{Html.Text(others[j])}</text>\n"));
        }
        for (var i = 0; i < layers.Count; i++)
        {
            var y = top + (i * CellHeight);
            svg.Append(Html.Invariant($"<text x=\"{left - 4}\" y=\"{y + 16}\" text-anchor=\"end\">{Html.Text(layers[i])}</text>\n"));
            for (var j = 0; j < others.Count; j++)
            {
                svg.Append(Cell(left + (j * CellWidth), y, value(i, j), $"{layers[i]} and {others[j]}"));
            }
        }
        return svg.Append("</svg></figure>\n").ToString();
    }

    private static string Cell(int x, int y, double value, string pair) => Html.Invariant(
        $"<rect x=\"{x}\" y=\"{y}\" width=\"{CellWidth - 1}\" height=\"{CellHeight - 1}\" fill=\"#16337a\" fill-opacity=\"{Math.Clamp(value, 0, 1):F3}\"><title>{Html.Text(pair)}: {value:F4}</title></rect>\n<text x=\"{x + (CellWidth / 2)}\" y=\"{y + 16}\" text-anchor=\"middle\"{(value > White ? " style=\"fill:#fff\"" : "")}>{value:F2}</text>\n");
}
