using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.Extensions.MLNet;

/// <summary>The output view of a transformer of the pack; it names its source.</summary>
/// <remarks>
/// ML.NET's ONNX converter walks from view to source. It takes a view that names no source for the beginning of the data, and
/// writes a model without the earlier steps. And where a step cannot be converted, it omits the step if its column has the name of an
/// input. So a step of the pack that has no ONNX form ends the conversion with an exception.
/// </remarks>
internal abstract class TransformView(IDataView source) : ITransformCanSaveOnnx
{
    public IDataView Source => source;

    public abstract DataViewSchema Schema { get; }

    public abstract bool CanShuffle { get; }

    /// <summary>The columns that the transformer adds.</summary>
    protected abstract IEnumerable<string> Made { get; }

    /// <summary>Writes the step as ONNX operators.</summary>
    /// <exception cref="NotSupportedException">It has no ONNX form; the message is the reason, as a sentence without its end.</exception>
    protected virtual void WriteOnnx(OnnxContext context) => throw new NotSupportedException("it makes other rows, which ONNX does not");

    public abstract long? GetRowCount();

    public abstract DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null);

    public abstract DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null);

    bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => true;

    // The converter itself throws InvalidOperationException for steps that it cannot convert.
    void ISaveAsOnnx.SaveAsOnnx(OnnxContext ctx)
    {
        try
        {
            WriteOnnx(ctx);
        }
        catch (NotSupportedException e)
        {
            throw new InvalidOperationException(
                $"The pipeline cannot be converted to ONNX: the step of Microsoft.ML.Extensions that makes {string.Join(", ", Made.Select(name => $"'{name}'"))}: "
                + $"{e.Message}. Save the pipeline with ml.Model.Save, or convert the steps before it alone.", e);
        }
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        throw new NotSupportedException(
            "A view is not saved; save its transformer with ml.Model.Save, or its rows with ml.Data.SaveAsBinary.");
}
