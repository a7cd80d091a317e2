using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// A transformer whose output rows differ from its input rows, so that it transforms views but works in no PredictionEngine.
/// </summary>
internal abstract class RowChangingTransformer : ITransformer
{
    public bool IsRowToRowMapper => false;

    public abstract DataViewSchema GetOutputSchema(DataViewSchema inputSchema);

    public abstract IDataView Transform(IDataView input);

    public abstract void Save(ModelSaveContext ctx);

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new InvalidOperationException(
        "This transform combines several rows into one, so it cannot map a single row. "
        + "Apply it to the data first, and give its rows to the rest of the pipeline.");

    void ICanSaveModel.Save(ModelSaveContext ctx) => Save(ctx);
}
