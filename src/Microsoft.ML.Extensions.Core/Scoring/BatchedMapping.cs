using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>A mapping whose added columns cost less when many rows are computed at once: a view of it reads rows ahead.</summary>
internal abstract class BatchedMapping(DataViewSchema inputSchema, IEnumerable<DataViewSchema.DetachedColumn> added)
    : RowMapping(inputSchema, added)
{
    /// <summary>A cursor over rows with the added columns; it owns <paramref name="input"/>.</summary>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public abstract BatchedCursor CreateCursor(DataViewRowCursor input, IReadOnlyCollection<DataViewSchema.Column> needed);
}
