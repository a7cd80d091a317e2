using System.Globalization;
using System.Text;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>The report of a training, as Markdown.</summary>
internal sealed record Report(
    ModelDescription Description, DataSet Data, Trained Trained, Evaluation Evaluation, IReadOnlyList<Trial> Trials, double? Baseline)
{
    /// <summary>The text.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# {Description.Name}").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"A model for {Description.Task.ToString().ToLowerInvariant()} of `{Description.Label}`, by {Description.Trainer}, "
            + $"trained on {Description.TrainRows} rows of `{Path.GetFileName(Data.Path)}` in {Trained.FitSeconds:0.0} seconds.").AppendLine();
        Table(text, ["metric on test rows", "value"], Evaluation.Metrics.Select(metric => new[] { metric.Key, Screen.Number(metric.Value) }));
        if (Baseline is { } baseline)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"The most common label has {Evaluation.Primary.Key} {Screen.Number(baseline)}.").AppendLine();
        }
        if (Evaluation.Classes.Count > 0)
        {
            Table(text, ["class \\ predicted", .. Evaluation.Classes], Evaluation.Classes.Zip(Evaluation.Confusion, (name, counts) =>
                new[] { name }.Concat(counts.Select(count => count.ToString("0", CultureInfo.InvariantCulture))).ToArray()));
        }
        if (Trials.Count > 0)
        {
            Table(text, ["trainer tried", $"{Evaluation.Primary.Key} on validation rows", "seconds"], Trials.Select(trial => new[]
            {
                trial.Name, trial.Evaluation is { } found ? Screen.Number(found.Primary.Value) : trial.Note,
                trial.FitSeconds.ToString("0.0", CultureInfo.InvariantCulture),
            }));
        }
        Table(text, ["column", "taken for", "missing", "first value"], Data.Columns.Select(column => new[]
        {
            column.Name, Screen.Describe(column), column.Missing.ToString(CultureInfo.InvariantCulture), column.Example,
        }));
        text.AppendLine("The pipeline:").AppendLine().AppendLine("```csharp");
        foreach (var step in Trained.Steps)
        {
            text.AppendLine(step.Code);
        }
        return text.AppendLine("```").ToString();
    }

    private static void Table(StringBuilder text, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        text.AppendLine(Row(header)).AppendLine(Row([.. header.Select(_ => "---")]));
        foreach (var row in rows)
        {
            text.AppendLine(Row(row));
        }
        text.AppendLine();
    }

    private static string Row(IReadOnlyList<string> cells) =>
        $"| {string.Join(" | ", cells.Select(cell => cell.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal)))} |";
}
