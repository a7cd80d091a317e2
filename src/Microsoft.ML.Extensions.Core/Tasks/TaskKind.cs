using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Tasks;

/// <summary>A kind of task: which labels it takes and which head it makes of them.</summary>
/// <param name="name">The name in model files: frozen once released.</param>
/// <param name="isClassification">Whether labels are classes.</param>
/// <param name="label">The type that the label column must have, and how to convert to it.</param>
internal abstract class TaskKind(string name, bool isClassification, string label)
{
    /// <summary>The tasks that every package supports; a package's loader lists further ones.</summary>
    public static IReadOnlyList<TaskKind> Common { get; } = [MulticlassTask.Instance, BinaryTask.Instance, RegressionTask.Instance];

    public string Name => name;

    public bool IsClassification => isClassification;

    /// <summary>Whether rows are in time order, so that the last rows are held out instead of random ones.</summary>
    public virtual bool RowsAreInTime => false;

    /// <summary>Whether a label is a list of any length whose positions have no meaning, so that it has no mean.</summary>
    public virtual bool LabelsAreLists => false;

    /// <summary>
    /// How good scored rows are, at most 1, and how many have a label; null where the share of right classes, or the coefficient of
    /// determination, says it.
    /// </summary>
    /// <param name="scored">The rows.</param>
    /// <param name="label">The label's column.</param>
    /// <param name="score">The column of scores.</param>
    /// <param name="group">The key of rows that belong together; null where there is none.</param>
    /// <exception cref="InvalidOperationException">The labels tell no order of scores from another.</exception>
    public virtual (double Accuracy, long Rows)? Accuracy(IDataView scored, string label, string score, string? group) => null;

    /// <summary>Whether a row with this label has nothing to learn from: a number of the label is missing.</summary>
    public virtual bool IsMissing(ReadOnlySpan<float> label)
    {
        foreach (var number in label)
        {
            if (float.IsNaN(number))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The number of first channels that need a value in every row.</summary>
    public virtual int NeededChannels(DataViewSchema.Column label) => 0;

    /// <summary>Checks the label column before there is data.</summary>
    public void CheckLabel(SchemaShape.Column column)
    {
        if (column.Kind != (LabelKind ?? column.Kind) || !Accepts(column))
        {
            throw SchemaColumns.WrongType(column.Name, "Label", label, column.Describe());
        }
    }

    /// <summary>Checks the label column of training data, before any of it is read.</summary>
    public void CheckLabel(DataViewSchema.Column column)
    {
        CheckLabel(ShapeColumns.Promise(column.Name, column.Type));
        CheckSize(column);
    }

    /// <summary>The task for this feature column, with the values that the column's annotations provide.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column contradicts the options.</exception>
    public virtual TaskKind For(DataViewSchema.Column feature) => this;

    /// <summary>The content of a label for the fingerprint: equal labels of two runs have equal content.</summary>
    public virtual ReadOnlySpan<byte> Content(ReadOnlySpan<float> label) => MemoryMarshal.AsBytes(label);

    public abstract RowLabel LabelReader(DataViewRow row, DataViewSchema.Column label);

    /// <exception cref="InvalidOperationException">Nothing can be learned from these labels; the message says why.</exception>
    public abstract TaskHead CreateHead(DataViewSchema.Column label, LabelStatistics statistics);

    /// <summary>The head of a file's description.</summary>
    /// <exception cref="FormatException">The description is invalid.</exception>
    public TaskHead Restore(HeadDescription description)
    {
        var fault = description.Details is not null == HasDetails ? Fault(description)
            : HasDetails ? "it has no details" : "it has details of another task";
        return fault is null ? HeadOf(description)
            : throw new FormatException($"The description of the task '{Name}' is invalid: {fault}.");
    }

    /// <summary>Whether the task has values of its own in <see cref="HeadDescription.Details"/>.</summary>
    protected virtual bool HasDetails => false;

    /// <summary>The error in a description of a head, as a part of a sentence; null where it is valid.</summary>
    protected abstract string? Fault(HeadDescription description);

    protected abstract TaskHead HeadOf(HeadDescription description);

    /// <summary>A head for a label of this shape, for promised columns.</summary>
    protected abstract TaskHead Example(SchemaShape.Column label);

    /// <summary>Checks the names of the columns that scoring will add.</summary>
    /// <exception cref="ArgumentException">Two of the columns have the same name.</exception>
    public void CheckNames(DataViewSchema.Column label, OutputColumnNames names) =>
        Example(ShapeColumns.Promise(label.Name, label.Type)).CheckNames(names);

    /// <summary>The columns a trained model will add.</summary>
    /// <exception cref="ArgumentException">Two of the columns have the same name.</exception>
    public IEnumerable<SchemaShape.Column> Promise(SchemaShape.Column label, OutputColumnNames names)
    {
        var head = Example(label);
        head.CheckNames(names);
        return head.Columns(names).Select(column => ShapeColumns.Promise(column.Name, column.Type, column.Annotations));
    }

    /// <summary>Whether a label is one value or a vector of them; null where it may be either.</summary>
    protected virtual SchemaShape.Column.VectorKind? LabelKind => SchemaShape.Column.VectorKind.Scalar;

    /// <summary>Refuses a label with more classes or numbers than the limits allow.</summary>
    protected virtual void CheckSize(DataViewSchema.Column column)
    {
    }

    /// <summary>Whether a column of this type can be the label.</summary>
    protected abstract bool Accepts(SchemaShape.Column column);

    protected static void RequireTwoClasses(DataViewSchema.Column column, LabelStatistics statistics)
    {
        if (statistics.ClassCounts.Count(count => count > 0) < 2)
        {
            throw new InvalidOperationException(
                $"Label column '{column.Name}' has only one class among its {statistics.Rows} rows; training a classifier needs rows of at least two.");
        }
    }
}
