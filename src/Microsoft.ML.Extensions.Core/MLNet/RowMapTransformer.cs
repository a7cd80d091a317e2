using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.MLNet;

/// <summary>A transformer that adds columns computed from one row at a time.</summary>
internal abstract class RowMapTransformer : ITransformer
{
    public bool IsRowToRowMapper => true;

    /// <summary>Binds the computation to a schema; throws if a column is missing or of the wrong type.</summary>
    protected abstract RowMapping Bind(DataViewSchema inputSchema);

    public abstract void Save(ModelSaveContext ctx);

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).OutputSchema;

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => Bind(inputSchema);

    public IDataView Transform(IDataView input) => new MappedView(input, Bind(input.Schema));

    void ICanSaveModel.Save(ModelSaveContext ctx) => Save(ctx);
}
