using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>What the labels of a model are.</summary>
internal enum ReportKind
{
    Classes,
    Numbers,
    Forecasts,
}

/// <summary>A scored row.</summary>
/// <param name="Row">Its number in the data, from 0.</param>
/// <param name="Label">The class from 0, the number, or the values of the horizon.</param>
/// <param name="Score">The probabilities of the classes, the predicted number, or the forecast.</param>
internal sealed record ScoredRow(long Row, float[] Label, float[] Score);

/// <summary>The labels and scores of the first rows of data.</summary>
/// <param name="Kind">What the labels are.</param>
/// <param name="Rows">The rows with a label.</param>
/// <param name="Unlabelled">The rows without one.</param>
/// <param name="AreAll">Whether the data has no further rows.</param>
internal sealed record ScoredRows(ReportKind Kind, IReadOnlyList<ScoredRow> Rows, long Unlabelled, bool AreAll)
{
    /// <exception cref="ArgumentOutOfRangeException">A column is missing.</exception>
    /// <exception cref="NotSupportedException">The labels are neither classes nor numbers.</exception>
    /// <exception cref="InvalidOperationException">No row has a label.</exception>
    public static ScoredRows Read(IDataView scored, NetworkTransformer network, ReportOptions options)
    {
        var label = scored.Schema.Find(options.LabelColumnName, "Label");
        var score = scored.Schema.Find(network.Outputs.Score, "Score");
        var kind = Kinds(label.Type, score.Type) ?? throw new NotSupportedException(
            $"The report is of classes and numbers, and label column '{label.Name}' is {label.Type} with scores {score.Type}, as of the task '{network.Head.Description.Task}'.");
        var isBinary = label.Type is BooleanDataViewType;
        using var cursor = scored.GetRowCursor([label, score]);
        var labels = Labels(cursor, label);
        var scores = Numbers(cursor, score);
        var (rows, unlabelled, read) = (new List<ScoredRow>(), 0L, 0L);
        while (cursor.MoveNext())
        {
            if (read == options.MaxRows)
            {
                return Checked(new ScoredRows(kind, rows, unlabelled, AreAll: false), label.Name);
            }
            var (own, found) = (labels(), scores());
            if (own.Length == 0 || own.Any(float.IsNaN))
            {
                unlabelled++;
            }
            else if (kind == ReportKind.Forecasts && own.Length != found.Length)
            {
                throw new NotSupportedException(
                    $"Row {read} has {own.Length} values in label column '{label.Name}' and {found.Length} in '{score.Name}'; the report compares them one by one.");
            }
            else
            {
                rows.Add(new ScoredRow(read, own, isBinary ? Probabilities(found[0]) : found));
            }
            read++;
        }
        return Checked(new ScoredRows(kind, rows, unlabelled, AreAll: true), label.Name);
    }

    private static ScoredRows Checked(ScoredRows rows, string label) => rows.Rows.Count > 0 ? rows
        : throw new InvalidOperationException($"No row has a label in column '{label}', so there is nothing to compare scores with.");

    private static ReportKind? Kinds(DataViewType label, DataViewType score) => label switch
    {
        KeyDataViewType when score is VectorDataViewType => ReportKind.Classes,
        BooleanDataViewType when score == NumberDataViewType.Single => ReportKind.Classes,
        NumberDataViewType when label == NumberDataViewType.Single && score == NumberDataViewType.Single => ReportKind.Numbers,
        VectorDataViewType { ItemType: var item } when item == NumberDataViewType.Single && score is VectorDataViewType => ReportKind.Forecasts,
        _ => null,
    };

    private static Func<float[]> Labels(DataViewRow row, DataViewSchema.Column column) => column.Type switch
    {
        KeyDataViewType => One(ScalarReaders.Key(row, column)),
        BooleanDataViewType => One(ScalarReaders.Boolean(row, column)),
        _ => Numbers(row, column),
    };

    private static Func<float[]> One(RowNumber number) => () => [number()];

    private static Func<float[]> Numbers(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType)
        {
            return One(ScalarReaders.Single(row, column));
        }
        var getter = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> values = default;
        return () =>
        {
            getter(ref values);
            return [.. values.DenseValues()];
        };
    }

    private static float[] Probabilities(float logit) => [1 / (1 + MathF.Exp(logit)), 1 / (1 + MathF.Exp(-logit))];
}
