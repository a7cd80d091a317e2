using System.Globalization;
using System.Net;
using System.Text;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>Two panels: log10 K by layer, predicted and measured, and both susceptibilities by layer.</summary>
internal sealed class AdviceChart(ArchitectureAdvice advice)
{
    private const int Width = 720, PanelHeight = 200, Left = 70, Right = 20, Top = 50, Gap = 60;
    private const string Predicted = "#1f77b4", Measured = "#d62728", Turning = "#2ca02c";

    private readonly StringBuilder _svg = new();

    public string Draw()
    {
        _svg.AppendLine(Line(
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Top + (2 * PanelHeight) + (2 * Gap)}\" font-family=\"sans-serif\" font-size=\"12\">"));
        _svg.AppendLine("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
        Write(Left, 24, $"{advice.Depth} hidden layers of {advice.Width}, {advice.Critical.Activation}: {advice.Verdict}", "black", 15);
        Panel(Top, "log10 K",
            ("predicted", Predicted, false, [.. advice.Layers.Select(layer => Math.Log10(layer.Kernel))]),
            ("one network", Measured, true, [.. advice.MeasuredKernels.Select(Math.Log10)]));
        Panel(Top + PanelHeight + Gap, "susceptibilities",
            ("parallel", Predicted, false, [.. advice.Layers.Select(layer => layer.ParallelSusceptibility)]),
            ("perpendicular", Turning, false, [.. advice.Layers.Select(layer => layer.PerpendicularSusceptibility)]));
        return _svg.AppendLine("</svg>").ToString();
    }

    private void Panel(int top, string title, params (string Name, string Color, bool Dots, double[] Values)[] series)
    {
        var (low, high) = Range(series.SelectMany(one => one.Values).Where(double.IsFinite).ToArray());
        double X(int layer) => Left + ((Width - Left - Right) * (layer / Math.Max(1.0, advice.Layers.Count - 1)));
        double Y(double value) => top + (PanelHeight * (high - value) / (high - low));
        _svg.AppendLine(Line(
            $"<rect x=\"{Left}\" y=\"{top}\" width=\"{Width - Left - Right}\" height=\"{PanelHeight}\" fill=\"none\" stroke=\"#999\"/>"));
        Write(8, top + 12, Text.Of(high), "black", 12);
        Write(8, top + PanelHeight, Text.Of(low), "black", 12);
        Write(Left, top + PanelHeight + 16, "layer 1", "black", 12);
        Write(Width - Right - 60, top + PanelHeight + 16, $"layer {advice.Layers.Count}", "black", 12);
        Write(Left, top - 6, title, "black", 12);
        for (var i = 0; i < series.Length; i++)
        {
            Write(Left + 140 + (140 * i), top - 6, series[i].Name, series[i].Color, 12);
            var points = series[i].Values.Select((value, layer) => (X: X(layer), Y: Y(value))).Where(point => double.IsFinite(point.Y))
                .ToArray();
            Draw(points, series[i].Color, series[i].Dots);
        }
    }

    private void Draw((double X, double Y)[] points, string color, bool dots)
    {
        if (dots)
        {
            foreach (var (x, y) in points)
            {
                _svg.AppendLine(Line($"<circle cx=\"{x:f1}\" cy=\"{y:f1}\" r=\"2.5\" fill=\"{color}\"/>"));
            }
        }
        else if (points.Length > 0)
        {
            _svg.AppendLine(Line(
                $"<polyline fill=\"none\" stroke=\"{color}\" stroke-width=\"2\" points=\"{string.Join(' ', points.Select(point => Line($"{point.X:f1},{point.Y:f1}")))}\"/>"));
        }
    }

    // A constant line is drawn in the middle of its own range.
    private static (double Low, double High) Range(double[] values)
    {
        var (low, high) = values.Length > 0 ? (values.Min(), values.Max()) : (0, 0);
        var margin = Math.Max(0.1, (high - low) / 10);
        return (low - margin, high + margin);
    }

    private void Write(int x, int y, string text, string color, int size) =>
        _svg.AppendLine(Line($"<text x=\"{x}\" y=\"{y}\" fill=\"{color}\" font-size=\"{size}\">{WebUtility.HtmlEncode(text)}</text>"));

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
