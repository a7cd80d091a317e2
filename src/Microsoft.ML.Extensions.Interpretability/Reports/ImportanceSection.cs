using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>How much each channel matters, by permutation.</summary>
internal static class ImportanceSection
{
    private const int Seed = 1;

    public static string ToHtml(NetworkTransformer network, IDataView before, ScoredRows rows, ReportOptions options)
    {
        if (options.PermutationCount == 0)
        {
            return "";
        }
        const string head = "<h2>Importance of channels</h2>\n";
        if (Obstacle(network, rows) is { } obstacle)
        {
            return $"{head}<p class=\"note\">{Html.Text(obstacle)}</p>\n";
        }
        var ml = new MLContext(Seed);
        var data = ml.Data.TakeRows(before, options.MaxRows);
        var (metric, changes) = Changes(ml, network, data, options);
        return head + Html.Invariant(
            $"<p class=\"note\">The change of a metric when the channel's values are exchanged among rows, the mean of {options.PermutationCount} permutations. What matters lowers it.</p>\n")
            + ReportTable.Of(["Channel", metric, "Standard error"], changes.OrderBy(change => change.Mean)
                .Select(change => (string[])[change.Channel, ReportTable.Number(change.Mean), ReportTable.Number(change.Error)]));
    }

    private static string? Obstacle(NetworkTransformer network, ScoredRows rows) =>
        rows.Kind == ReportKind.Forecasts ? "Forecasts have no permutation importance."
        : rows.Rows.Count < 2 ? "Channels are exchanged among rows, and there is one."
        : !network.ReadsOneColumn || network.Input.Kind == InputKind.Tokens ? "Tokens have no channels."
        : network.Input.Channels == 1
            ? "The column has one channel. For a table, whose values are no series, PermutationFeatureImportance of ML.NET permutes each value."
        : null;

    private static (string Metric, IEnumerable<(string Channel, double Mean, double Error)> Changes) Changes(
        MLContext ml, NetworkTransformer network, IDataView data, ReportOptions options)
    {
        var (label, count) = (options.LabelColumnName, options.PermutationCount);
        return network.Head.Task switch
        {
            MulticlassTask => ("Accuracy", ml.MulticlassClassification.PermutationChannelImportance(network, data, label, count)
                .Select(pair => Of(pair.Key, pair.Value.MicroAccuracy))),
            BinaryTask => ("Accuracy", ml.BinaryClassification.PermutationChannelImportance(network, data, label, count)
                .Select(pair => Of(pair.Key, pair.Value.Accuracy))),
            _ => ("Coefficient of determination", ml.Regression.PermutationChannelImportance(network, data, label, count)
                .Select(pair => Of(pair.Key, pair.Value.RSquared))),
        };
    }

    private static (string Channel, double Mean, double Error) Of(string channel, MetricStatistics change) => (channel, change.Mean, change.StandardError);
}
