namespace Microsoft.ML.Extensions.Pictures;

/// <summary>LRCN: clips of a square that moves left or right, the probability after each frame, and that of test rows.</summary>
internal static class FramesPicture
{
    private const int Frames = 6;
    private const int Size = 12;

    public static void Save(string path)
    {
        var ml = new MLContext(seed: 1);
        int[] shape = [Frames, 1, Size, Size];
        var model = ml.BinaryClassification.Trainers.Lrcn().Fit(Rows.Load(ml, Rows.Create(200, 1, Clip), shape));
        var test = Rows.Create(200, 2, Clip);
        var scored = Rows.Score(ml, model, test, shape);
        Panels.Save(path,
            plot =>
            {
                plot.Map(Strip(test[0].Features, test[1].Features));
                plot.Name("What it reads: clips (above: to the right)", "frame after frame", "");
                plot.Axes.Left.TickLabelStyle.IsVisible = plot.Axes.Bottom.TickLabelStyle.IsVisible = false;
            },
            plot =>
            {
                foreach (var label in new[] { false, true })
                {
                    plot.Line(Enumerable.Range(1, Frames).Select(frames => Rows.Score(ml, model, Still(test, label, frames), shape)
                        .Average(row => (double)row.Probability)), Panels.Classes[label ? 1 : 0], 2.5f, label ? "to the left" : "to the right");
                }
                plot.Name("What it learns", "frames after which the square stops", "mean probability of \"to the left\"");
                plot.Axes.SetLimits(0, Frames - 1, 0, 1);
                plot.Axes.Bottom.SetTicks([.. Enumerable.Range(0, Frames).Select(i => (double)i)], [.. Enumerable.Range(1, Frames).Select(i => $"{i}")]);
                plot.ShowLegend(ScottPlot.Alignment.LowerLeft);
            },
            plot => plot.Probabilities(scored, "to the right", "to the left"));
    }

    private static float[] Clip(Random random, bool left)
    {
        var (start, row) = (random.Next(0, 3), random.Next(0, Size - 3));
        var clip = new float[Frames * Size * Size];
        for (var frame = 0; frame < Frames; frame++)
        {
            var column = start + (left ? Frames - 1 - frame : frame);
            for (var pixel = 0; pixel < Size * Size; pixel++)
            {
                var (y, x) = (pixel / Size, pixel % Size);
                var isSquare = y >= row && y < row + 3 && x >= column && x < column + 3;
                clip[(frame * Size * Size) + pixel] = (isSquare ? 1 : 0) + (0.4f * random.NextSingle());
            }
        }
        return clip;
    }

    private static IEnumerable<Row> Still(Row[] rows, bool label, int frames) => rows.Where(row => row.Label == label).Take(50).Select(row =>
        new Row { Features = [.. Enumerable.Range(0, Frames).SelectMany(frame => Frame(row.Features, Math.Min(frame, frames - 1)))] });

    private static IEnumerable<float> Frame(float[] clip, int frame) => clip.Skip(frame * Size * Size).Take(Size * Size);

    private static double[,] Strip(params float[][] clips)
    {
        var strip = new double[(clips.Length * (Size + 1)) - 1, (Frames * (Size + 1)) - 1];
        for (var row = 0; row < strip.GetLength(0); row++)
        {
            for (var column = 0; column < strip.GetLength(1); column++)
            {
                var (y, x) = (row % (Size + 1), column % (Size + 1));
                strip[row, column] = y == Size || x == Size ? double.NaN
                    : clips[row / (Size + 1)][(((column / (Size + 1) * Size) + y) * Size) + x];
            }
        }
        return strip;
    }
}
