namespace Microsoft.ML.Extensions.Pictures;

/// <summary>Lrcn: clips of a square that moves, the probability as frames come in, and that of test clips.</summary>
internal static class LrcnPicture
{
    private const int Frames = 6;
    private const int Size = 16;
    private const int Side = 5;

    public static void Save(string path)
    {
        var ml = new MLContext(seed: 1);
        var trainer = ml.BinaryClassification.Trainers.Lrcn();
        var model = trainer.Fit(Rows.Load(ml, Rows.Create(300, 1, Clip), 0, 1, Size, Size));
        var test = Rows.Create(200, 2, Clip);
        Panels.Save(path,
            plot =>
            {
                foreach (var (row, at) in test.Take(2).Select((row, at) => (row, at)))
                {
                    Draw(plot, row, at * -2.2f * Size);
                    plot.Add.Text(row.Label ? "to the right" : "to the left", 0, (at * -2.2f * Size) + 7).LabelFontSize = 12;
                }
                plot.Axes.SetLimits(-1, (Frames * (Size + 2)) + 1, -4.2 * Size, 10);
                plot.Bare("What it reads: clips");
            },
            plot =>
            {
                foreach (var label in new[] { false, true })
                {
                    var rows = test.Where(row => row.Label == label).ToArray();
                    var line = plot.Add.Scatter(
                        Enumerable.Range(1, Frames).Select(frames => (double)frames).ToArray(),
                        Enumerable.Range(1, Frames).Select(frames => Rows.Score(ml, model, rows.Select(row => First(row, frames)), 0, 1, Size, Size)
                            .Average(row => (double)row.Probability)).ToArray());
                    (line.Color, line.LineWidth, line.LegendText) = (Panels.Classes[label ? 1 : 0], 2.5f, label ? "to the right" : "to the left");
                }
                plot.Name("What it learns: the order of frames", "frames seen", "mean probability of \"right\"");
                plot.Axes.SetLimitsY(0, 1);
                plot.ShowLegend(ScottPlot.Alignment.MiddleRight);
            },
            plot => plot.Probabilities(Rows.Score(ml, model, test, 0, 1, Size, Size), "to the left", "to the right"));
    }

    private static void Draw(ScottPlot.Plot plot, Row row, float top)
    {
        for (var pixel = 0; pixel < Frames * Size * Size; pixel++)
        {
            var (x, y) = ((pixel / (Size * Size) * (Size + 2)) + (pixel % Size), top - (pixel / Size % Size));
            var square = plot.Add.Rectangle(x, x + 1, y, y - 1);
            var level = (byte)(255 * Math.Clamp(row.Features[pixel], 0, 1));
            square.FillColor = new ScottPlot.Color(level, level, level);
            square.LineWidth = 0;
        }
    }

    private static Row First(Row row, int frames) => new() { Label = row.Label, Features = row.Features[..(frames * Size * Size)] };

    // It enters again on the other side, so that no single frame tells the class.
    private static float[] Clip(Random random, bool right)
    {
        var (start, top) = (random.Next(Size), random.Next(Size - Side + 1));
        return [.. Enumerable.Range(0, Frames * Size * Size).Select(pixel =>
        {
            var (frame, x, y) = (pixel / (Size * Size), pixel % Size, pixel / Size % Size);
            var left = start + (2 * (right ? frame : Frames - frame));
            var isSquare = (x - left + (2 * Size)) % Size < Side && y >= top && y < top + Side;
            return (isSquare ? 0.9f : 0.2f) + (0.2f * (random.NextSingle() - 0.5f));
        })];
    }
}
