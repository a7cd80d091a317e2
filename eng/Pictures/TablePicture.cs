namespace Microsoft.ML.Extensions.Pictures;

/// <summary>A trainer of tables: rows of two columns, the probability for all values of them, and that of test rows.</summary>
internal static class TablePicture
{
    private const int Cells = 60;
    private const float Edge = 3;

    public static void Save(string path, Func<MLContext, IEstimator<ITransformer>> create)
    {
        var ml = new MLContext(seed: 1);
        var train = Rows.Create(300, 1, Spiral);
        var model = create(ml).Fit(Rows.Load(ml, train, 2));
        var scored = Rows.Score(ml, model, Rows.Create(400, 2, Spiral), 2);
        var map = new double[Cells, Cells];
        var grid = Enumerable.Range(0, Cells * Cells).Select(cell => new Row { Features = [At(cell % Cells), -At(cell / Cells)] });
        foreach (var (row, cell) in Rows.Score(ml, model, grid, 2).Select((row, cell) => (row, cell)))
        {
            map[cell / Cells, cell % Cells] = row.Probability;
        }
        Panels.Save(path,
            plot =>
            {
                foreach (var label in new[] { false, true })
                {
                    var rows = train.Where(row => row.Label == label).ToArray();
                    var points = plot.Add.ScatterPoints(rows.Select(row => row.Features[0]).ToArray(), rows.Select(row => row.Features[1]).ToArray());
                    (points.Color, points.MarkerSize, points.LegendText) = (Panels.Classes[label ? 1 : 0], 4, label ? "yes" : "no");
                }
                plot.Name("What it reads: a table", "first column", "second column");
                plot.Axes.SetLimits(-Edge, Edge, -Edge, Edge);
                plot.ShowLegend();
            },
            plot =>
            {
                plot.Map(map, 0, 1);
                plot.Name("What it learns: probability of \"yes\"", "first column", "second column");
                plot.Axes.Bottom.SetTicks([0, Cells / 2.0, Cells], ["-3", "0", "3"]);
                plot.Axes.Left.SetTicks([0, Cells / 2.0, Cells], ["-3", "0", "3"]);
            },
            plot => plot.Probabilities(scored, "no", "yes"));
    }

    private static float At(int cell) => ((2 * Edge * (cell + 0.5f)) / Cells) - Edge;

    private static float[] Spiral(Random random, bool yes)
    {
        var radius = 0.4 + (2.2 * random.NextDouble());
        var angle = (2.2 * radius) + (yes ? Math.PI : 0) + (0.5 * (random.NextDouble() - 0.5));
        return [(float)(radius * Math.Cos(angle)), (float)(radius * Math.Sin(angle))];
    }
}
