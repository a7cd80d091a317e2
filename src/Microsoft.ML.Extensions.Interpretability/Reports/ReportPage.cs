using System.Text;
using System.Text.Json;
using Microsoft.ML.Extensions.Scoring;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The page of a report.</summary>
internal static class ReportPage
{
    public static string ToHtml(ITransformer model, NetworkTransformer network, IDataView test, ReportOptions options)
    {
        var before = NetworkReplacement.Before(model, network, test);
        var rows = ScoredRows.Read(model.Transform(test), network, options);
        var page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width\"/>\n");
        page.Append($"<title>{Html.Text(options.Title)}</title>\n<style>\n{ReportStyle.Text}</style>\n</head>\n<body>\n<h1>{Html.Text(options.Title)}</h1>\n");
        page.Append(Data(network, rows));
        page.Append(rows.Kind switch
        {
            ReportKind.Classes => ClassSection.ToHtml(network, rows, options),
            ReportKind.Numbers => NumberSection.ToHtml(rows, options),
            _ => ForecastSection.ToHtml(rows, options),
        });
        page.Append(ImportanceSection.ToHtml(network, before, rows, options));
        page.Append(ExplanationSection.ToHtml(network, before, rows, options));
        page.Append(Curves(network));
        page.Append(Options(network));
        return page.Append("</body>\n</html>\n").ToString();
    }

    private static string Data(NetworkTransformer network, ScoredRows rows)
    {
        var (model, input) = (network.Model, network.Input);
        List<string[]> facts =
        [
            ["Rows with a label", ReportTable.Count(rows.Rows.Count) + (rows.AreAll ? "" : ", the first of more")],
            ["Rows without a label, left out", ReportTable.Count(rows.Unlabelled)],
            [$"Column {input.Name}", network.FeatureColumnType.ToString()!],
            ["Network", model.Kind],
            ["Networks that are averaged", ReportTable.Count(network.EnsembleSize)],
            ["Parameters", ReportTable.Count(model.ParameterCount)],
        ];
        if (model.Base is { } found)
        {
            facts.Add(["Outputs", Html.Invariant($"{found.Weight:g3} of {found.Kind}, {found.NetworkWeight:g3} of the network")]);
        }
        return ReportTable.Of(["Data and model", ""], facts);
    }

    private static string Curves(NetworkTransformer network)
    {
        var html = new StringBuilder("<h2>Training</h2>\n");
        if (network.History.Count == 0)
        {
            return html.Append("<p class=\"note\">The model has no curves: it was loaded from a file, which does not hold them, or it has no epochs.</p>\n").ToString();
        }
        var (losses, accuracy) = (new Chart("Loss by epoch", "epoch", "loss"), new Chart("Validation accuracy by epoch", "epoch", "accuracy"));
        var networks = network.History.GroupBy(epoch => epoch.Network).OrderBy(group => group.Key).ToArray();
        foreach (var own in networks)
        {
            var name = networks.Length == 1 ? "" : Html.Invariant($" of network {own.Key}");
            losses.Line("training" + name, own.Select(epoch => ((double)epoch.NetworkEpoch, epoch.TrainLoss)));
            losses.Line("validation" + name, own.Select(epoch => ((double)epoch.NetworkEpoch, epoch.ValidationLoss ?? double.NaN)));
            accuracy.Line("validation" + name, own.Select(epoch => ((double)epoch.NetworkEpoch, epoch.ValidationAccuracy ?? double.NaN)));
        }
        html.Append("<p class=\"note\">The training loss is of smoothed labels and of weights that change during the epoch, so that it may lie above the validation loss.</p>\n");
        return html.Append(losses.ToSvg()).Append(accuracy.ToSvg()).ToString();
    }

    private static string Options(NetworkTransformer network)
    {
        var rows = new List<string[]>();
        Flatten("", network.Options, rows);
        return "<h2>Options</h2>\n" + ReportTable.Of(["Option", "Value"], rows);
    }

    private static void Flatten(string prefix, JsonElement options, List<string[]> rows)
    {
        foreach (var option in options.EnumerateObject())
        {
            if (option.Value.ValueKind == JsonValueKind.Object)
            {
                Flatten($"{prefix}{option.Name}.", option.Value, rows);
            }
            else
            {
                rows.Add([prefix + option.Name, option.Value.ToString()]);
            }
        }
    }
}
