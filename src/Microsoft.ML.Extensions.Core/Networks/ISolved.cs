using RowBatches = System.Collections.Generic.IEnumerable<(Microsoft.ML.Extensions.Columns.RowStore Store, System.ArraySegment<int> Rows, Microsoft.ML.Extensions.Columns.RowPart Part)>;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>A network of which a part has a closed form.</summary>
internal interface ISolved
{
    /// <summary>Whether <see cref="Solve"/> may leave a network that is better than all that training makes of it.</summary>
    bool BeginsSolved { get; }

    /// <summary>Called once before training, after <see cref="IStandardized.Standardize(Numerics.ChannelStatistics)"/>.</summary>
    /// <param name="batches">The rows, and what each is for: to learn from, or to decide by.</param>
    /// <param name="ofAll">Whether all are learned from once it is decided.</param>
    void Solve(RowBatches batches, bool ofAll);
}
