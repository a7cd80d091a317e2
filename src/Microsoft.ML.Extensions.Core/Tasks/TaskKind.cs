using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Tasks;

/// <summary>A kind of task: which labels it takes and which head it makes of them.</summary>
internal abstract class TaskKind(string name, bool isClassification)
{
    /// <summary>Every task that a model file can name.</summary>
    public static IReadOnlyList<TaskKind> All { get; } = [MulticlassTask.Instance, BinaryTask.Instance, RegressionTask.Instance];

    public string Name => name;

    public bool IsClassification => isClassification;

    /// <summary>Checks the label column before there is data.</summary>
    public abstract void CheckLabel(SchemaShape.Column label);

    /// <summary>Checks the label column of training data.</summary>
    public abstract void CheckLabel(DataViewSchema.Column label);

    public abstract RowNumber LabelReader(DataViewRow row, DataViewSchema.Column label);

    /// <exception cref="InvalidOperationException">Nothing can be learned from these labels; the message says why.</exception>
    public abstract TaskHead CreateHead(DataViewSchema.Column label, LabelStatistics statistics);

    public abstract TaskHead Restore(HeadDescription description);

    /// <summary>A head such as this label will give, for the columns it promises.</summary>
    protected abstract TaskHead Example(SchemaShape.Column label);

    /// <summary>The columns a trained model will add.</summary>
    public IEnumerable<SchemaShape.Column> Promise(SchemaShape.Column label, OutputColumnNames names) =>
        Example(label).Columns(names).Select(column => ShapeColumns.Promise(column.Name, column.Type, column.Annotations));

    protected static InvalidOperationException OneClass(DataViewSchema.Column label, long rows) =>
        new($"Label column '{label.Name}' has only one class among its {rows} rows; training a classifier needs rows of at least two.");
}
