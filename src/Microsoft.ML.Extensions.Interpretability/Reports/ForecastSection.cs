namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>What a report says of forecasts.</summary>
internal static class ForecastSection
{
    private const int Shown = 4;

    public static string ToHtml(ScoredRows rows, ReportOptions options)
    {
        var all = rows.Rows;
        var values = all.SelectMany(Errors).ToArray();
        var html = "<h2>Metrics</h2>\n" + ReportTable.Of(["Metric", ""],
        [
            ["Root mean squared error", ReportTable.Number(Math.Sqrt(values.Average(error => error * error)))],
            ["Mean absolute error", ReportTable.Number(MeanAbsoluteError(rows))],
            ["Mean error", ReportTable.Number(values.Average())],
        ]);
        var longest = all.Max(row => row.Label.Length);
        html += "<h2>Forecasts</h2>\n" + new Chart("Mean absolute error of each value", "value, from 1", "error").Line("", Enumerable.Range(0, longest).Select(place =>
            (place + 1.0, all.Where(row => row.Label.Length > place).Average(row => Math.Abs((double)row.Score[place] - row.Label[place]))))).ToSvg();
        // From good to bad, so that neither the best nor the worst rows alone are seen.
        var ordered = all.OrderBy(Size).ToArray();
        foreach (var row in Enumerable.Range(0, Math.Min(Shown, ordered.Length)).Select(i => ordered[i * (ordered.Length - 1) / Math.Max(1, Shown - 1)]).Distinct())
        {
            html += new Chart(Html.Invariant($"Row {row.Row}: mean absolute error {Size(row):g3}"), "value, from 1", "")
                .Line("truth", row.Label.Select((value, place) => (place + 1.0, (double)value)), "q")
                .Line("forecast", row.Score.Select((value, place) => (place + 1.0, (double)value)), "c0").ToSvg();
        }
        return options.WorstRows == 0 ? html : html + "<h2>Worst rows</h2>\n" + ReportTable.Of(
            ["Row, from 0", "Mean absolute error"],
            all.OrderByDescending(Size).Take(options.WorstRows).Select(row => (string[])[ReportTable.Count(row.Row), ReportTable.Number(Size(row))]));
    }

    /// <summary>Over all values of all rows.</summary>
    public static double MeanAbsoluteError(ScoredRows rows) => rows.Rows.SelectMany(Errors).Average(Math.Abs);

    private static IEnumerable<double> Errors(ScoredRow row) => row.Score.Zip(row.Label, (score, label) => (double)score - label);

    private static double Size(ScoredRow row) => Errors(row).Average(Math.Abs);
}
