using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.MLNet;

/// <summary>One input row seen through a <see cref="RowMapping"/>; what PredictionEngine reads.</summary>
internal sealed class MappedRow(RowMapping mapping, DataViewRow input, bool[] active) : DataViewRow
{
    private readonly AddedGetters _added = mapping.GettersFor(input, active);

    public override DataViewSchema Schema => mapping.OutputSchema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        mapping.Getter<TValue>(column, input, active, _added.Getters);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _added.Dispose();
            input.Dispose();
        }
        base.Dispose(disposing);
    }
}
