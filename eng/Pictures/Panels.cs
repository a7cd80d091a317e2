using System.Globalization;
using ScottPlot;

namespace Microsoft.ML.Extensions.Pictures;

/// <summary>Charts side by side: what a trainer reads, what it learns, and a result.</summary>
internal static class Panels
{
    private const int Width = 360;
    private const int Height = 300;

    public static Color[] Classes { get; } = [Color.FromHex("#2a6fdb"), Color.FromHex("#e07b00")];

    public static void Save(string path, params Action<Plot>[] draw)
    {
        var charts = new Multiplot();
        charts.AddPlots(draw.Length);
        charts.Layout = new ScottPlot.MultiplotLayouts.Columns();
        for (var chart = 0; chart < draw.Length; chart++)
        {
            var plot = charts.GetPlot(chart);
            plot.Axes.Title.Label.FontSize = 14;
            draw[chart](plot);
        }
        charts.SavePng(path, Width * draw.Length, Height);
    }

    public static void Name(this Plot plot, string title, string x, string y)
    {
        plot.Title(title);
        plot.XLabel(x);
        plot.YLabel(y);
        plot.Axes.Bottom.Label.FontSize = plot.Axes.Left.Label.FontSize = 12;
    }

    /// <summary>A drawing without axes, with a title.</summary>
    public static void Bare(this Plot plot, string title)
    {
        plot.HideGrid();
        foreach (var axis in plot.Axes.GetAxes())
        {
            axis.IsVisible = false;
        }
        plot.Title(title);
        plot.Axes.Title.IsVisible = true;
    }

    public static void Line(this Plot plot, IEnumerable<double> values, Color color, float width = 1.5f, string? name = null)
    {
        var line = plot.Add.Signal(values.ToArray());
        (line.Color, line.LineWidth) = (color, width);
        if (name is not null)
        {
            line.LegendText = name;
        }
    }

    /// <summary>How many rows of each class get which probability.</summary>
    public static void Probabilities(this Plot plot, Scored[] rows, string no, string yes)
    {
        const int bins = 20;
        foreach (var label in new[] { false, true })
        {
            var probabilities = rows.Where(row => row.Label == label).Select(row => row.Probability).ToArray();
            var bars = Enumerable.Range(0, bins).Select(bin => new Bar
            {
                Position = (bin + 0.5) / bins,
                Value = probabilities.Count(p => Math.Min((int)(p * bins), bins - 1) == bin),
                Size = 1d / bins,
                FillColor = Classes[label ? 1 : 0].WithAlpha(.6),
                LineWidth = 0,
            });
            plot.Add.Bars(bars.ToArray()).LegendText = label ? yes : no;
        }
        var accuracy = rows.Average(row => row.PredictedLabel == row.Label ? 1.0 : 0);
        plot.Name(string.Create(CultureInfo.InvariantCulture, $"{rows.Length} test rows: accuracy {accuracy:f2}"), $"probability of \"{yes}\"", "rows");
        plot.Axes.SetLimitsX(0, 1);
        plot.ShowLegend(Alignment.UpperCenter);
    }

    public static void Map(this Plot plot, double[,] values, double? lowest = null, double? highest = null)
    {
        var map = plot.Add.Heatmap(values);
        map.Colormap = new ScottPlot.Colormaps.Viridis();
        if (lowest is { } low && highest is { } high)
        {
            map.ManualRange = new ScottPlot.Range(low, high);
        }
    }
}
