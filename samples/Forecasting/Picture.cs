using ScottPlot;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>Plots a forecast with the actual values.</summary>
internal static class Picture
{
    /// <param name="path">A PNG file.</param>
    /// <param name="title">The title.</param>
    /// <param name="history">The values before the forecast.</param>
    /// <param name="truth">The actual values.</param>
    /// <param name="forecast">The forecast values.</param>
    public static void Save(string path, string title, double[] history, double[] truth, double[] forecast)
    {
        using var plot = new Plot();
        plot.Title(title);
        plot.XLabel("steps from now");
        Add(plot, "history", 1 - history.Length, history, Colors.Gray);
        Add(plot, "what came", 1, truth, Colors.Black);
        Add(plot, "forecast", 1, forecast, Colors.Red);
        plot.ShowLegend();
        plot.SavePng(path, 1000, 400);
    }

    private static void Add(Plot plot, string name, int start, double[] values, Color color)
    {
        var line = plot.Add.Signal(values);
        (line.Data.XOffset, line.LegendText, line.Color) = (start, name, color);
    }
}
