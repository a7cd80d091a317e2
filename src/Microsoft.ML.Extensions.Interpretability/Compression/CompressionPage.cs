using System.Text;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A report as a page: the chart of parameters and accuracy, and the table.</summary>
internal static class CompressionPage
{
    private const int Width = 640;
    private const int Height = 360;
    private const int Margin = 60;

    public static string ToHtml(CompressionReport report, string title)
    {
        var page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        page.Append($"<title>{Html.Text(title)}</title>\n<style>\n{Html.Style}</style>\n</head>\n<body>\n<h1>{Html.Text(title)}</h1>\n<p>{Html.Text(report.ToString())}</p>\n");
        page.Append(Chart(report));
        page.Append("<table>\n<tr><th>#</th><th>network</th><th>reward</th><th>accuracy</th><th>parameters</th><th>operations</th><th>ms a row</th><th></th></tr>\n");
        page.Append(Row(report.Teacher, "teacher", chosen: false));
        foreach (var one in report.Candidates.OrderByDescending(one => one.Reward))
        {
            page.Append(Row(one, one.Obstacle ?? "", one == report.Winner));
        }
        page.Append(Row(report.Student, "student, as returned", chosen: true));
        return page.Append("</table>\n</body>\n</html>\n").ToString();
    }

    private static string Row(CompressionCandidate one, string note, bool chosen) => Html.Invariant(
        $"<tr{(chosen ? " class=\"chosen\"" : "")}><td>{(one.Number > 0 ? one.Number : "")}</td><td>{Html.Text(one.Design)}</td><td>{one.Reward:f4}</td><td>{one.Measure?.Accuracy:f4}</td><td>{one.Parameters}</td><td>{one.Operations}</td><td>{one.Measure?.MillisecondsPerRow:f4}</td><td>{Html.Text(note)}</td></tr>\n");

    private static string Chart(CompressionReport report)
    {
        var shown = report.Candidates.Append(report.Teacher).Append(report.Student).Where(one => one.Measure is not null).ToArray();
        var (left, right) = (Math.Log10(shown.Min(one => one.Parameters)), Math.Log10(shown.Max(one => one.Parameters)));
        var (low, high) = (shown.Min(one => one.Measure!.Accuracy), shown.Max(one => one.Measure!.Accuracy));
        double X(CompressionCandidate one) => Margin + ((Width - (2 * Margin)) * Part(Math.Log10(one.Parameters), left, right));
        double Y(CompressionCandidate one) => Height - Margin - ((Height - (2 * Margin)) * Part(one.Measure!.Accuracy, low, high));
        var svg = new StringBuilder(Html.Invariant(
            $"<figure><figcaption>Parameters and accuracy on validation rows; the line joins what no other network beats in both</figcaption>\n<svg viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\" role=\"img\" aria-label=\"Parameters and accuracy\">\n"));
        svg.Append(Html.Invariant($"<path d=\"M{Margin} {Margin} V{Height - Margin} H{Width - Margin}\" fill=\"none\" stroke=\"#8a8a94\"/>\n"));
        svg.Append(Html.Invariant($"<text x=\"{Margin}\" y=\"{Height - Margin + 18}\">{Math.Pow(10, left):f0}</text><text x=\"{Width - Margin}\" y=\"{Height - Margin + 18}\" text-anchor=\"end\">{Math.Pow(10, right):f0} parameters (logarithmic)</text>\n"));
        svg.Append(Html.Invariant($"<text x=\"{Margin - 6}\" y=\"{Height - Margin}\" text-anchor=\"end\">{low:f3}</text><text x=\"{Margin - 6}\" y=\"{Margin + 4}\" text-anchor=\"end\">{high:f3}</text>\n"));
        svg.Append($"<polyline points=\"{string.Join(' ', report.Front.Select(one => Html.Invariant($"{X(one):f1},{Y(one):f1}")))}\" fill=\"none\" stroke=\"#2f6fdd\"/>\n");
        foreach (var one in shown)
        {
            var (fill, name) = one == report.Teacher ? ("#1b1b1f", "teacher") : one == report.Student ? ("#e4572e", "student")
                : ("#2f6fdd", Html.Invariant($"{one.Number}"));
            svg.Append(Html.Invariant(
                $"<circle cx=\"{X(one):f1}\" cy=\"{Y(one):f1}\" r=\"{(one.Number > 0 ? 4 : 6)}\" fill=\"{fill}\"><title>{Html.Text($"{name}: {one.Design}")}, {one.Parameters} parameters, accuracy {one.Measure!.Accuracy:f4}</title></circle>\n"));
        }
        return svg.Append("</svg></figure>\n").ToString();
    }

    private static double Part(double value, double from, double to) => to > from ? (value - from) / (to - from) : 0.5;
}
