using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Importance;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>How much each channel matters, by permutation; of one channel, each time of a series or each value of a table.</summary>
internal static class ImportanceSection
{
    private const int Seed = 1;

    public static string ToHtml(NetworkTransformer network, IDataView before, ScoredRows rows, ReportOptions options)
    {
        if (options.PermutationCount == 0)
        {
            return "";
        }
        if (Obstacle(network, rows) is { } obstacle)
        {
            return $"<h2>Importance of channels</h2>\n<p class=\"note\">{Html.Text(obstacle)}</p>\n";
        }
        var (title, part, divide) = Division(network);
        var ml = new MLContext(Seed);
        var data = ml.Data.TakeRows(before, options.MaxRows);
        var (metric, measure, sign) = Metric(ml, network, rows.Kind, options);
        var baseline = measure(network.Transform(data));
        var changes = ChannelImportance.Permuted(network, data, options.PermutationCount, new Random(Seed), divide).Select(one =>
        {
            var statistics = one.Permutations.Select(permuted => measure(network.Transform(permuted)) - baseline).ToArray();
            return (one.Part.Name, Mean: statistics.Average(), Error: StandardError(statistics));
        }).OrderByDescending(change => sign * change.Mean).ToArray();
        return Html.Invariant(
            $"<h2>Importance of {title}</h2>\n<p class=\"note\">The change of a metric when these values are exchanged among rows, the mean of {options.PermutationCount} permutations. What matters {(sign > 0 ? "raises" : "lowers")} it.</p>\n")
            + ReportTable.Of([part, metric, "Standard error"], changes.Select(change => (string[])[change.Name, ReportTable.Number(change.Mean), ReportTable.Number(change.Error)]));
    }

    private static string? Obstacle(NetworkTransformer network, ScoredRows rows) =>
        rows.Rows.Count < 2 ? "Values are exchanged among rows, and there is one."
        : !network.ReadsOneColumn || network.Input.Kind == InputKind.Tokens ? "Tokens have no channels."
        : null;

    private static (string Title, string Part, Func<DataViewSchema.Column, int, PermutedPart[]> Divide) Division(NetworkTransformer network)
    {
        var input = network.Input;
        return input.Channels > 1 || input.Frame is not null ? ("channels", "Channel", PermutedPart.Channels)
            : network.ReadsSeries ? ("times", "Time", (_, _) => PermutedPart.Times(input.Steps))
            : ("values", "Value", (column, _) => PermutedPart.Values(column, input.Steps));
    }

    // The sign of what matters.
    private static (string Name, Func<IDataView, double> Of, int Sign) Metric(MLContext ml, NetworkTransformer network, ReportKind kind, ReportOptions options)
    {
        var (label, score, predicted) = (options.LabelColumnName, network.Outputs.Score, network.Outputs.PredictedLabel);
        return kind switch
        {
            ReportKind.Forecasts => ("Mean absolute error", scored => ForecastSection.MeanAbsoluteError(ScoredRows.Read(scored, network, options)), 1),
            ReportKind.Numbers => ("Coefficient of determination", scored => ml.Regression.Evaluate(scored, label, score).RSquared, -1),
            _ when network.Head.Task is BinaryTask => ("Accuracy", scored => ml.BinaryClassification.EvaluateNonCalibrated(scored, label, score, predicted).Accuracy, -1),
            _ => ("Accuracy", scored => ml.MulticlassClassification.Evaluate(scored, label, score, predicted).MicroAccuracy, -1),
        };
    }

    private static double StandardError(double[] values)
    {
        var mean = values.Average();
        return values.Length < 2 ? 0 : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1) / values.Length);
    }
}
