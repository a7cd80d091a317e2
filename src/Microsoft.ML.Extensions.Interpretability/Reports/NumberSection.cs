namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>What a report says of predicted numbers.</summary>
internal static class NumberSection
{
    public static string ToHtml(ScoredRows rows, ReportOptions options)
    {
        var all = rows.Rows;
        var mean = all.Average(row => (double)row.Label[0]);
        var (square, spread) = (all.Average(row => Error(row) * Error(row)), all.Average(row => Math.Pow(row.Label[0] - mean, 2)));
        var html = "<h2>Metrics</h2>\n" + ReportTable.Of(["Metric", ""],
        [
            ["Root mean squared error", ReportTable.Number(Math.Sqrt(square))],
            ["The same of predicting the mean", ReportTable.Number(Math.Sqrt(spread))],
            ["Mean absolute error", ReportTable.Number(all.Average(row => Math.Abs(Error(row))))],
            ["Mean error", ReportTable.Number(all.Average(Error))],
            ["Coefficient of determination", ReportTable.Number(spread > 0 ? 1 - (square / spread) : double.NaN)],
        ]);
        var (low, high) = (all.Min(row => Math.Min(row.Label[0], row.Score[0])), all.Max(row => Math.Max(row.Label[0], row.Score[0])));
        html += "<h2>Predicted and true numbers</h2>\n"
            + new Chart("Each row", "label", "predicted").Line("equal", [(low, low), (high, high)], "q")
                .Dots("rows", all.Select(row => ((double)row.Label[0], (double)row.Score[0])), "c0").ToSvg()
            + new Chart("Errors", "label", "predicted less label").Line("none", [(low, 0), (high, 0)], "q")
                .Dots("rows", all.Select(row => ((double)row.Label[0], Error(row))), "c1").ToSvg();
        return options.WorstRows == 0 ? html : html + "<h2>Worst rows</h2>\n" + ReportTable.Of(
            ["Row, from 0", "Label", "Predicted", "Error"],
            all.OrderByDescending(row => Math.Abs(Error(row))).Take(options.WorstRows).Select(row => (string[])
            [
                ReportTable.Count(row.Row), ReportTable.Number(row.Label[0]), ReportTable.Number(row.Score[0]), ReportTable.Number(Error(row)),
            ]));
    }

    /// <summary>The predicted number less the label.</summary>
    public static double Error(ScoredRow row) => (double)row.Score[0] - row.Label[0];
}
