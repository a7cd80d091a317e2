using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>Data with the columns of a <see cref="BatchedMapping"/>, which are computed for many rows at once as they are read.</summary>
internal sealed class BatchedView(IDataView source, BatchedMapping mapping) : TransformView(source)
{
    public override DataViewSchema Schema => mapping.OutputSchema;

    public override bool CanShuffle => Source.CanShuffle;

    protected override IEnumerable<string> Made => mapping.AddedNames;

    protected override void WriteOnnx(OnnxContext context) => mapping.WriteOnnx(context);

    public override long? GetRowCount() => Source.GetRowCount();

    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var needed = columnsNeeded.ToList();
        if (needed.TrueForAll(column => mapping.AddedIndex(column) < 0))
        {
            return new MappedView(Source, mapping).GetRowCursor(needed, rand);
        }
        var input = Source.GetRowCursor(mapping.GetDependencies(needed), rand);
        try
        {
            return mapping.CreateCursor(input, needed);
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    public override DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
