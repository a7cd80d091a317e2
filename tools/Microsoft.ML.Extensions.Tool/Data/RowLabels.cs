using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>Labels as texts, and folds that have every label in about the same share.</summary>
internal static class RowLabels
{
    /// <summary>The texts of a column of texts or numbers; empty where missing.</summary>
    public static string[] Of(IDataView view, string column) => view.Schema[column].Type is TextDataViewType
        ? [.. view.GetColumn<string>(column).Select(text => text ?? "")]
        : [.. view.GetColumn<float>(column).Select(number => float.IsNaN(number) ? "" : number.ToString("R", CultureInfo.InvariantCulture))];

    /// <summary>The fold of each row: rows are shuffled, and those of each label dealt out in turn; all rows of a group get one fold.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="count">The number of folds.</param>
    /// <param name="seed">The seed of the shuffle.</param>
    public static int[] Folds(DataSet data, int count, int seed)
    {
        if (data.Group is { } group)
        {
            var groups = Of(data.View, group);
            var names = groups.Distinct().ToArray();
            new Random(seed).Shuffle(names);
            var foldOf = names.Select((name, place) => (name, place)).ToDictionary(pair => pair.name, pair => pair.place % count);
            return [.. groups.Select(name => foldOf[name])];
        }
        var labels = Of(data.View, data.Label!);
        var isText = data.View.Schema[data.Label!].Type is TextDataViewType;
        var order = Enumerable.Range(0, labels.Length).ToArray();
        new Random(seed).Shuffle(order);
        var sorted = isText ? order.OrderBy(row => labels[row], StringComparer.Ordinal)
            : order.OrderBy(row => float.Parse(labels[row], CultureInfo.InvariantCulture));
        var (folds, dealt) = (new int[labels.Length], 0);
        foreach (var row in sorted)
        {
            folds[row] = dealt++ % count;
        }
        return folds;
    }
}
