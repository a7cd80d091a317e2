using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>A network that chooses between epochs, by its own outputs, what it learns from in each training row.</summary>
internal interface IMining
{
    /// <summary>The epochs between two choices; 0 where it chooses nothing.</summary>
    int MiningEpochs { get; }

    /// <summary>The numbers of a row's choice.</summary>
    int MinedNumbers { get; }

    /// <summary>
    /// The current choice of each row, <see cref="MinedNumbers"/> per row, -1 for none; null before the first. Set by the run.
    /// </summary>
    int[]? Mined { get; set; }

    /// <summary>Chooses for a row. The network is in evaluation mode, and no gradients are computed.</summary>
    /// <param name="store">The rows.</param>
    /// <param name="row">The row's index in the store.</param>
    /// <param name="mined">Receives the choice.</param>
    void Mine(RowStore store, int row, Span<int> mined);
}
