using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>What the predictions of the worst rows come from.</summary>
internal static class ExplanationSection
{
    private const int Width = 620;
    private const int ChannelHeight = 56;
    private const int Label = 110;
    private const int MostChannels = 12;

    // Cells that are drawn; longer rows are drawn in parts with their mean.
    private const int MostSteps = 200;

    private const string Head = "<h2>Explanations of the worst rows</h2>\n";

    public static string ToHtml(NetworkTransformer network, IDataView before, ScoredRows rows, ReportOptions options)
    {
        var chosen = Worst(rows).Take(options.ExplainedRows).ToArray();
        if (chosen.Length == 0)
        {
            return "";
        }
        AttributionEstimator estimator;
        try
        {
            estimator = new AttributionEstimator(network, new AttributionOptions());
        }
        catch (NotSupportedException e)
        {
            return $"{Head}<p class=\"note\">{Html.Text(e.Message)}</p>\n";
        }
        var data = new MLContext().Data.TakeRows(before, options.MaxRows);
        var html = new StringBuilder(Head);
        html.Append("<p class=\"note\">Lines are the values of a channel, colours what the prediction loses when a window of it is replaced by the channel's mean: "
            + "<span class=\"c0\">blue</span> speaks for what is predicted, <span class=\"c1\">red</span> against it.</p>\n");
        foreach (var (row, values, attributions) in Explained(network, estimator, data, chosen))
        {
            html.Append(Picture(network, data, row, values, attributions));
        }
        return html.ToString();
    }

    private static IEnumerable<long> Worst(ScoredRows rows) => rows.Kind switch
    {
        ReportKind.Classes => rows.Rows.OrderByDescending(ClassCounts.Loss).Select(row => row.Row),
        ReportKind.Numbers => rows.Rows.OrderByDescending(row => Math.Abs(NumberSection.Error(row))).Select(row => row.Row),
        _ => [],
    };

    private static List<(long Row, float[] Values, float[] Attributions)> Explained(
        NetworkTransformer network, AttributionEstimator estimator, IDataView data, long[] chosen)
    {
        var bound = network.BindInput(data.Schema);
        var explained = estimator.Fit(data).Transform(data);
        var column = explained.Schema[new AttributionOptions().OutputColumnName];
        using var cursor = explained.GetRowCursor([.. bound.Sources.Select(source => explained.Schema[source.Index]), column]);
        var reader = bound.Open(cursor, null);
        var getter = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> attributions = default;
        var found = new List<(long, float[], float[])>();
        for (var row = 0L; cursor.MoveNext(); row++)
        {
            if (chosen.Contains(row))
            {
                getter(ref attributions);
                found.Add((row, reader.Read().ToArray(), [.. attributions.DenseValues()]));
            }
        }
        return found;
    }

    private static string Picture(NetworkTransformer network, IDataView data, long row, float[] values, float[] attributions)
    {
        var channels = network.Input.Channels;
        var names = ChannelNames.Of(data.Schema[network.FeatureColumnName], channels);
        var sizes = Enumerable.Range(0, channels).Select(channel => Of(attributions, channel, channels).Sum(Math.Abs)).ToArray();
        var shown = Enumerable.Range(0, channels).OrderByDescending(channel => sizes[channel]).Take(MostChannels).Order().ToArray();
        var most = attributions.Max(Math.Abs);
        var height = shown.Length * ChannelHeight;
        var title = Html.Invariant($"Row {row}") + (shown.Length < channels ? Html.Invariant($": the {shown.Length} of {channels} channels that matter most") : "");
        var svg = new StringBuilder(Html.Invariant(
            $"<figure><figcaption>{title}</figcaption>\n<svg viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" height=\"{height}\" role=\"img\" aria-label=\"{title}\">\n"));
        for (var i = 0; i < shown.Length; i++)
        {
            var (own, marks) = (Parts(Of(values, shown[i], channels)), Parts(Of(attributions, shown[i], channels)));
            var (top, step) = (i * ChannelHeight, (double)(Width - Label) / own.Length);
            svg.Append(Html.Invariant($"<text x=\"{Label - 8}\" y=\"{top + (ChannelHeight / 2) + 4}\" text-anchor=\"end\">{Html.Text(names[shown[i]])}</text>"));
            for (var part = 0; part < own.Length; part++)
            {
                var strength = most > 0 ? Math.Abs(marks[part]) / most : 0;
                if (strength > 0.01)
                {
                    svg.Append(Html.Invariant(
                        $"<rect class=\"{(marks[part] > 0 ? "for" : "against")}\" fill-opacity=\"{0.6 * strength:f2}\" x=\"{Label + (part * step):f1}\" y=\"{top + 2}\" width=\"{step:f2}\" height=\"{ChannelHeight - 4}\"/>"));
                }
            }
            var (low, high) = (own.Min(), own.Max());
            double Y(double value) => top + ChannelHeight - 8 - ((ChannelHeight - 16) * (high > low ? (value - low) / (high - low) : 0.5));
            // A single value is a line, too.
            var points = own.Length == 1 ? Html.Invariant($"{Label},{Y(own[0]):f1} {Width},{Y(own[0]):f1}")
                : string.Join(' ', own.Select((value, part) => Html.Invariant($"{Label + ((part + 0.5) * step):f1},{Y(value):f1}")));
            svg.Append($"<polyline class=\"line\" points=\"{points}\"/>\n");
        }
        return svg.Append("</svg></figure>\n").ToString();
    }

    private static double[] Of(float[] values, int channel, int channels) => [.. values.Where((_, i) => i % channels == channel).Select(value => (double)value)];

    private static double[] Parts(double[] values) => values.Length <= MostSteps ? values
        : [.. Enumerable.Range(0, MostSteps).Select(part =>
            values[(int)((long)part * values.Length / MostSteps)..(int)((part + 1L) * values.Length / MostSteps)].Average())];
}
