using System.Text;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>What a report says of classes.</summary>
internal static class ClassSection
{
    // As many as can be told apart in a figure, and read in a table.
    private const int MostCurves = Chart.Colours;
    private const int MostInTable = 30;
    private const int CalibrationParts = 10;

    // The table of confusion is their square.
    private const int MostClasses = 2000;

    public static string ToHtml(NetworkTransformer network, ScoredRows rows, ReportOptions options)
    {
        string[] names = network.Head.Task is MulticlassTask ? ClassNames.Of(network.Head) : ["False", "True"];
        if (names.Length > MostClasses)
        {
            throw new NotSupportedException(Html.Invariant($"The model has {names.Length} classes, and the report is of {MostClasses} at most."));
        }
        var counts = new ClassCounts(rows.Rows, names.Length);
        var html = new StringBuilder("<h2>Metrics</h2>\n");
        html.Append(ReportTable.Of(["Metric", ""],
        [
            ["Accuracy", ReportTable.Number(counts.Accuracy)],
            ["Accuracy of the most frequent class", ReportTable.Number(counts.MajorityShare)],
            ["Mean recall of the classes (macro accuracy)", ReportTable.Number(counts.MacroAccuracy)],
            ["Log-loss, nats", ReportTable.Number(counts.LogLoss)],
            ["Mean highest probability", ReportTable.Number(rows.Rows.Average(row => (double)row.Score.Max()))],
            ["Calibration error", ReportTable.Number(counts.CalibrationError(CalibrationParts))],
        ]));
        html.Append("<h2>Classes</h2>\n").Append(PerClass(counts, names));
        html.Append("<h2>Confusion</h2>\n").Append(Confusion(counts, names));
        html.Append("<h2>Curves</h2>\n").Append(Curves(counts, names));
        return html.Append(Worst(rows, names, options)).ToString();
    }

    private static string PerClass(ClassCounts counts, string[] names) => ReportTable.Of(
        ["Class", "Rows", "Precision", "Recall", "F1", "Area under ROC"],
        names.Select((name, own) => (string[])
        [
            name, ReportTable.Count(counts.Support(own)), ReportTable.Number(counts.Precision(own)), ReportTable.Number(counts.Recall(own)),
            ReportTable.Number(counts.F1(own)), ReportTable.Number(counts.Auc(own)),
        ]));

    private static string Confusion(ClassCounts counts, string[] names)
    {
        if (names.Length > MostInTable)
        {
            return Html.Invariant($"<p class=\"note\">A table of {names.Length} classes is not readable; the list of the worst rows shows what is confused.</p>\n");
        }
        var html = new StringBuilder("<div class=\"wide\"><table>\n<tr><th>Label, predicted as</th>");
        html.AppendJoin("", names.Select(name => $"<th>{Html.Text(name)}</th>")).Append("</tr>\n");
        for (var own = 0; own < names.Length; own++)
        {
            html.Append($"<tr><td>{Html.Text(names[own])}</td>");
            for (var other = 0; other < names.Length; other++)
            {
                var part = counts.Confusion[own, other] / Math.Max(1.0, counts.Support(own));
                html.Append(Html.Invariant(
                    $"<td style=\"background: rgb(var(--{(own == other ? "for" : "against")}) / {0.6 * part:f3})\">{counts.Confusion[own, other]}</td>"));
            }
            html.Append("</tr>\n");
        }
        return html.Append("</table></div>\n").ToString();
    }

    private static string Curves(ClassCounts counts, string[] names)
    {
        var roc = new Chart("ROC: each class against the others", "part of the others' rows", "part of the class's rows").Between(0, 1);
        roc.Line("chance", [(0, 0), (1, 1)], "q");
        // The first class of two says nothing that the second does not.
        var shown = Enumerable.Range(0, names.Length).Where(own => names.Length > 2 || own == 1).OrderByDescending(counts.Support).Take(MostCurves).Order();
        foreach (var own in shown)
        {
            roc.Line(names[own], counts.Roc(own));
        }
        var parts = counts.Calibration(CalibrationParts);
        var calibration = new Chart("Calibration: rows by their highest probability", "mean probability", "part that is right").Between(0, 1);
        calibration.Line("calibrated", [(0, 0), (1, 1)], "q");
        calibration.Line("model", parts.Select(part => (part.Probability, part.Accuracy)), "c0");
        calibration.Dots("", parts.Select(part => (part.Probability, part.Accuracy)), "c0");
        return roc.ToSvg() + calibration.ToSvg()
            + (names.Length > MostCurves ? Html.Invariant($"<p class=\"note\">ROC curves are of the {MostCurves} classes with the most rows.</p>\n") : "");
    }

    private static string Worst(ScoredRows rows, string[] names, ReportOptions options) => options.WorstRows == 0 ? ""
        : "<h2>Worst rows</h2>\n" + ReportTable.Of(
            ["Row, from 0", "Label", "Predicted", "Probability of the label", "Loss, nats"],
            rows.Rows.OrderByDescending(ClassCounts.Loss).Take(options.WorstRows).Select(row => (string[])
            [
                ReportTable.Count(row.Row), names[ClassCounts.Own(row)], names[ClassCounts.Predicted(row)],
                ReportTable.Number(row.Score[ClassCounts.Own(row)]), ReportTable.Number(ClassCounts.Loss(row)),
            ]));
}
