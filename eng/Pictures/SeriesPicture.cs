namespace Microsoft.ML.Extensions.Pictures;

/// <summary>A trainer of sequences: rows of two classes, the probability between them, and that of test rows.</summary>
internal static class SeriesPicture
{
    private const int Shown = 2;
    private const int Pairs = 40;
    private const int Steps = 20;

    public static void Save(string path, SeriesKind kind, Func<MLContext, IEstimator<ITransformer>> create)
    {
        var ml = new MLContext(seed: 1);
        var model = create(ml).Fit(Rows.Load(ml, Rows.Create(200, 1, kind.Create), kind.Length, 1));
        var test = Rows.Create(400, 2, kind.Create);
        var scored = Rows.Score(ml, model, test, kind.Length, 1);
        Panels.Save(path,
            plot =>
            {
                foreach (var (row, at) in test.Take(2 * Shown).OrderBy(row => row.Label).Select((row, at) => (row, at)))
                {
                    plot.Line(row.Features.Select(value => value - (5.0 * at)), Panels.Classes[row.Label ? 1 : 0],
                        name: at % Shown > 0 ? null : row.Label ? kind.Yes : kind.No);
                }
                plot.Name("What it reads: series", "step", "value");
                plot.Axes.Left.TickLabelStyle.IsVisible = false;
                plot.ShowLegend(ScottPlot.Alignment.UpperRight);
            },
            plot =>
            {
                plot.Line(Between(test).Select(share => Rows.Score(ml, model, share, kind.Length, 1).Average(row => (double)row.Probability)),
                    ScottPlot.Colors.Black, 2.5f);
                plot.Name("What it learns", $"% \"{kind.Yes}\" in a mixed row", "mean probability");
                plot.Axes.SetLimits(0, Steps, 0, 1);
                plot.Axes.Bottom.SetTicks([0, Steps / 4.0, Steps / 2.0, 3 * Steps / 4.0, Steps], ["0", "25", "50", "75", "100"]);
            },
            plot => plot.Probabilities(scored, kind.No, kind.Yes));
    }

    // Mixtures of rows of both classes, from one class to the other.
    private static IEnumerable<Row[]> Between(Row[] test)
    {
        var (no, yes) = (test.Where(row => !row.Label).Take(Pairs).ToArray(), test.Where(row => row.Label).Take(Pairs).ToArray());
        for (var step = 0; step <= Steps; step++)
        {
            var share = (float)step / Steps;
            yield return [.. no.Zip(yes, (a, b) => new Row { Features = [.. a.Features.Zip(b.Features, (x, y) => ((1 - share) * x) + (share * y))] })];
        }
    }
}
