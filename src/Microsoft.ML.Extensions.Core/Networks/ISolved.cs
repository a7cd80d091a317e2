using RowBatches = System.Collections.Generic.IEnumerable<(
    Microsoft.ML.Extensions.Columns.RowStore Store, System.ArraySegment<int> Rows, Microsoft.ML.Extensions.Columns.RowPart Part)>;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>A network a part of which has a closed-form solution.</summary>
internal interface ISolved
{
    /// <summary>Whether the network after <see cref="Solve"/> may be better than every later epoch.</summary>
    bool BeginsSolved { get; }

    /// <summary>Called once before training, after <see cref="IStandardized.Standardize(Numerics.ChannelStatistics)"/>.</summary>
    /// <param name="batches">The rows and the part that each is in: training or validation.</param>
    /// <param name="ofAll">Whether the final solution uses all rows.</param>
    /// <param name="checkAlive">Throws when the fit was cancelled.</param>
    void Solve(RowBatches batches, bool ofAll, Action checkAlive);
}
