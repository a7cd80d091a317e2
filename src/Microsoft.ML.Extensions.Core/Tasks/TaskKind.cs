using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Tasks;

/// <summary>A kind of task: which labels it takes and which head it makes of them.</summary>
/// <param name="name">The name in model files: frozen once released.</param>
/// <param name="isClassification">Whether labels are classes.</param>
/// <param name="label">What the label column must be, and how to make it so.</param>
internal abstract class TaskKind(string name, bool isClassification, string label)
{
    /// <summary>The tasks that every package has; a package's loader lists its own beside them.</summary>
    public static IReadOnlyList<TaskKind> Common { get; } = [MulticlassTask.Instance, BinaryTask.Instance, RegressionTask.Instance];

    public string Name => name;

    public bool IsClassification => isClassification;

    /// <summary>Whether rows are in time order, so that the last of them, and not some drawn at random, tell how training does.</summary>
    public virtual bool RowsAreInTime => false;

    /// <summary>Whether a label is a list, of any length, whose places mean nothing: it has no mean.</summary>
    public virtual bool LabelsAreLists => false;

    /// <summary>Checks the label column before there is data.</summary>
    public void CheckLabel(SchemaShape.Column column)
    {
        if (column.Kind != LabelKind || !Accepts(column))
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

    /// <summary>The task on this feature column, from which it takes what the column knows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column contradicts the options.</exception>
    public virtual TaskKind For(DataViewSchema.Column feature) => this;

    /// <summary>What a label says, so that equal labels of two runs have equal content.</summary>
    public virtual ReadOnlySpan<byte> Content(ReadOnlySpan<float> label) => MemoryMarshal.AsBytes(label);

    public abstract RowLabel LabelReader(DataViewRow row, DataViewSchema.Column label);

    /// <exception cref="InvalidOperationException">Nothing can be learned from these labels; the message says why.</exception>
    public abstract TaskHead CreateHead(DataViewSchema.Column label, LabelStatistics statistics);

    /// <summary>The head that a file describes.</summary>
    /// <exception cref="FormatException">It cannot be that of a model.</exception>
    public TaskHead Restore(HeadDescription description)
    {
        var fault = description.Details is not null == HasDetails ? Fault(description)
            : HasDetails ? "it has no details" : "it has details of another task";
        return fault is null ? HeadOf(description) : throw new FormatException($"The description of the task '{Name}' cannot be right: {fault}.");
    }

    /// <summary>Whether there is something that this task alone knows, which <see cref="HeadDescription.Details"/> holds.</summary>
    protected virtual bool HasDetails => false;

    /// <summary>What is wrong with a description of a head, as a part of a sentence; null where nothing is.</summary>
    protected abstract string? Fault(HeadDescription description);

    protected abstract TaskHead HeadOf(HeadDescription description);

    /// <summary>A head such as this label will give, for the columns it promises.</summary>
    protected abstract TaskHead Example(SchemaShape.Column label);

    /// <summary>Checks the names of the columns that a model will add.</summary>
    /// <exception cref="ArgumentException">Two of the columns have one name.</exception>
    public void CheckNames(DataViewSchema.Column label, OutputColumnNames names) => Example(ShapeColumns.Promise(label.Name, label.Type)).CheckNames(names);

    /// <summary>The columns a trained model will add.</summary>
    /// <exception cref="ArgumentException">Two of the columns have one name.</exception>
    public IEnumerable<SchemaShape.Column> Promise(SchemaShape.Column label, OutputColumnNames names)
    {
        var head = Example(label);
        head.CheckNames(names);
        return head.Columns(names).Select(column => ShapeColumns.Promise(column.Name, column.Type, column.Annotations));
    }

    /// <summary>Whether a label is one value or a vector of them.</summary>
    protected virtual SchemaShape.Column.VectorKind LabelKind => SchemaShape.Column.VectorKind.Scalar;

    /// <summary>Refuses a label of more classes or numbers than can be told apart or kept.</summary>
    protected virtual void CheckSize(DataViewSchema.Column column)
    {
    }

    /// <summary>Whether a column of that kind can be the label.</summary>
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
