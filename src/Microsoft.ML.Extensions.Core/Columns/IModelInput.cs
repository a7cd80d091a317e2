using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Onnx;

namespace Microsoft.ML.Extensions.Columns;

/// <summary>What a model reads of a row of data: one column of numbers or tokens, or what a trainer makes of several.</summary>
internal interface IModelInput
{
    /// <summary>The type of the feature column.</summary>
    DataViewType Type { get; }

    /// <summary>Finds the columns and checks that they are what the model was trained on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    BoundInput Bind(DataViewSchema schema);
}

/// <summary>What is read of the rows of one schema.</summary>
/// <param name="Sources">The columns.</param>
/// <param name="Open">
/// Makes the reader of a cursor or row in which they are active. Its argument is the range of allowed numbers; null allows all finite ones.
/// </param>
internal sealed record BoundInput(IReadOnlyList<DataViewSchema.Column> Sources, Func<DataViewRow, InputRange?, InputReader> Open)
{
    /// <summary>The numbers <c>[N, T, C]</c> that a network reads in ONNX; null where they are those of the feature column.</summary>
    public Func<OnnxModelGraph, OnnxValue>? ToOnnx { get; init; }
}

/// <summary>One column, read as it is.</summary>
/// <param name="column">The column.</param>
/// <param name="missing">What to do with NaN.</param>
internal sealed class ColumnInput(InputColumn column, MissingValues missing) : IModelInput
{
    public DataViewType Type { get; } = column.Type;

    public BoundInput Bind(DataViewSchema schema) => Bound(column.Bind(schema));

    /// <summary>Binds the input to a schema whose rows are single steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public BoundInput BindStep(DataViewSchema schema) => Bound(column.BindStep(schema));

    private BoundInput Bound(DataViewSchema.Column source) =>
        new([source], (row, range) => InputReader.Create(row, source, column, missing, range));
}
