using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A transformer whose output rows are not its input rows, so that it serves views and not PredictionEngine.</summary>
internal abstract class RowChangingTransformer : ITransformer
{
    public bool IsRowToRowMapper => false;

    public abstract DataViewSchema GetOutputSchema(DataViewSchema inputSchema);

    public abstract IDataView Transform(IDataView input);

    public abstract void Save(ModelSaveContext ctx);

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new InvalidOperationException(
        "This transform makes one row of several, so it cannot map a single row. "
        + "Apply it to the data first, and give its rows to the rest of the pipeline.");

    void ICanSaveModel.Save(ModelSaveContext ctx) => Save(ctx);
}
