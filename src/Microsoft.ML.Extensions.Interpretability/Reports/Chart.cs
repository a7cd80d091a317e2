using System.Text;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A chart of lines or points as SVG, whose colours are those of the page.</summary>
/// <param name="title">The caption.</param>
/// <param name="x">The name of the horizontal axis.</param>
/// <param name="y">The name of the vertical axis.</param>
internal sealed class Chart(string title, string x, string y)
{
    private const int Width = 460;
    private const int Height = 300;
    private const int Left = 62;
    private const int Right = 14;
    private const int Top = 12;
    private const int Bottom = 44;
    private const int Ticks = 5;

    // More points than pixels only make the page large.
    private const int MostPoints = 1000;

    private readonly List<(string Name, string Class, bool AreDots, IReadOnlyList<(double X, double Y)> Points)> _series = [];
    private (double Low, double High)? _x;
    private (double Low, double High)? _y;

    /// <summary>The number of colours; further series have the first again.</summary>
    public const int Colours = 8;

    /// <summary>Fixes the ends of both axes, where the values do not set them.</summary>
    public Chart Between(double low, double high)
    {
        (_x, _y) = ((low, high), (low, high));
        return this;
    }

    /// <summary>Adds a line; what is not finite is left out.</summary>
    public Chart Line(string name, IEnumerable<(double X, double Y)> points, string? css = null) => Add(name, points, css, areDots: false);

    /// <summary>Adds points.</summary>
    public Chart Dots(string name, IEnumerable<(double X, double Y)> points, string? css = null) => Add(name, points, css, areDots: true);

    /// <summary>The figure; empty without a point.</summary>
    public string ToSvg()
    {
        var all = _series.SelectMany(series => series.Points).ToArray();
        if (all.Length == 0)
        {
            return "";
        }
        var (left, right) = _x ?? Ends(all.Select(point => point.X));
        var (low, high) = _y ?? Ends(all.Select(point => point.Y));
        double X(double value) => Left + ((Width - Left - Right) * (value - left) / (right - left));
        double Y(double value) => Height - Bottom - ((Height - Top - Bottom) * (value - low) / (high - low));
        var svg = new StringBuilder(Html.Invariant(
            $"<figure><figcaption>{Html.Text(title)}</figcaption>\n<svg viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\" role=\"img\" aria-label=\"{Html.Text(title)}\">\n"));
        for (var tick = 0; tick <= Ticks; tick++)
        {
            var (across, up) = (left + ((right - left) * tick / Ticks), low + ((high - low) * tick / Ticks));
            svg.Append(Html.Invariant($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(up):f1}\" y2=\"{Y(up):f1}\"/>"));
            svg.Append(Html.Invariant($"<text x=\"{Left - 6}\" y=\"{Y(up) + 4:f1}\" text-anchor=\"end\">{up:g3}</text>"));
            svg.Append(Html.Invariant($"<text x=\"{X(across):f1}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{across:g3}</text>\n"));
        }
        svg.Append(Html.Invariant($"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 8}\" text-anchor=\"middle\">{Html.Text(x)}</text>"));
        svg.Append(Html.Invariant($"<text transform=\"translate(13 {(Top + Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{Html.Text(y)}</text>\n"));
        foreach (var (name, css, areDots, points) in _series)
        {
            if (areDots)
            {
                svg.Append($"<g class=\"dots {css}\"><title>{Html.Text(name)}</title>");
                svg.AppendJoin("", points.Select(point => Html.Invariant($"<circle cx=\"{X(point.X):f1}\" cy=\"{Y(point.Y):f1}\" r=\"3\"/>"))).Append("</g>\n");
            }
            else
            {
                svg.Append($"<polyline class=\"line {css}\" points=\"");
                svg.AppendJoin(' ', points.Select(point => Html.Invariant($"{X(point.X):f1},{Y(point.Y):f1}"))).Append($"\"><title>{Html.Text(name)}</title></polyline>\n");
            }
        }
        svg.Append("</svg>");
        var named = _series.Where(series => series.Name.Length > 0).ToArray();
        if (named.Length > 1)
        {
            svg.Append("<p class=\"legend\">").AppendJoin(' ', named.Select(series => $"<span class=\"{series.Class}\">{Html.Text(series.Name)}</span>")).Append("</p>");
        }
        return svg.Append("</figure>\n").ToString();
    }

    private Chart Add(string name, IEnumerable<(double X, double Y)> points, string? css, bool areDots)
    {
        var finite = points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y)).ToArray();
        var every = Math.Max(1, (finite.Length + MostPoints - 1) / MostPoints);
        if (finite.Length > 0)
        {
            _series.Add((name, css ?? Html.Invariant($"c{_series.Count % Colours}"), areDots,
                [.. finite.Where((_, i) => i % every == 0 || i == finite.Length - 1)]));
        }
        return this;
    }

    private static (double Low, double High) Ends(IEnumerable<double> values)
    {
        var (low, high) = (values.Min(), values.Max());
        return high > low ? (low, high) : (low - 0.5, high + 0.5);
    }
}
