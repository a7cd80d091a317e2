namespace Microsoft.ML.Extensions.Training;

/// <summary>Where a run is, beside the weights and the optimiser: all that the next pass depends on.</summary>
internal sealed class TrainingState
{
    /// <summary>Passes done.</summary>
    public int Epoch { get; set; }

    /// <summary>The smallest validation loss so far.</summary>
    public double BestLoss { get; set; } = double.PositiveInfinity;

    /// <summary>The pass that gave it.</summary>
    public int BestEpoch { get; set; }
}
