using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Samples;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>Reads .ts files, whose rows are series with a label.</summary>
internal static class TsData
{
    /// <summary>Reads a file for training or evaluation.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="path">The file.</param>
    /// <param name="task">The task; null where the label is not needed.</param>
    /// <exception cref="UsageException">Its label does not fit the task.</exception>
    public static DataSet Read(MLContext ml, string path, TaskName? task)
    {
        using (TextFile.Open(path))
        {
            // Only its errors are wanted: they are in the tool's words.
        }
        var view = ml.Data.LoadFromTsFile(path);
        var label = view.Schema.GetColumnOrNull("Label");
        var isText = label?.Type is TextDataViewType;
        if (task is TaskName.Forecasting or TaskName.Ranking)
        {
            throw new UsageException($"{path} holds series with a label; 'train {task.Value.ToString().ToLowerInvariant()}' reads a table (.csv, .tsv, .arff).");
        }
        if (task is { } wanted && (label is null || isText != (wanted == TaskName.Classification)))
        {
            throw new UsageException(wanted == TaskName.Classification
                ? $"{path} has no classes; its header needs a line '@classLabel true' and the names of the classes."
                : $"{path} has no numbers to predict; its header needs a line '@targetLabel true'.");
        }
        var rows = RowsOf(view);
        var labels = label is null ? [] : RowLabels.Of(view, "Label");
        var missing = labels.Count(text => text.Length == 0);
        var distinct = labels.Distinct().Count(text => text.Length > 0);
        if (task is not null && distinct == 1)
        {
            throw new UsageException($"{path}: the label is '{labels.First(text => text.Length > 0)}' in every row; there is nothing to learn from it.");
        }
        var type = (VectorDataViewType)view.Schema["Features"].Type;
        var columns = new List<ColumnInfo> { new("Features", 0, ColumnKind.Series, false, 0, null, $"[{string.Join(", ", type.Dimensions)}]") };
        if (label is not null)
        {
            columns.Add(new("Label", 1, ColumnKind.Label, isText, missing, distinct, labels.FirstOrDefault(text => text.Length > 0) ?? ""));
        }
        var data = new DataSet(path, view, columns, label is null ? null : "Label", null, rows, 0);
        return task is null || missing == 0 ? data : data.Take([.. labels.Select(text => text.Length > 0)]) with { WithoutLabel = missing };
    }

    private static int RowsOf(IDataView view)
    {
        using var cursor = view.GetRowCursor([]);
        var rows = 0;
        while (cursor.MoveNext())
        {
            rows++;
        }
        return rows;
    }
}
