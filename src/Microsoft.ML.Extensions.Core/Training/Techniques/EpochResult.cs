namespace Microsoft.ML.Extensions.Training;

/// <summary>What came out of an epoch.</summary>
/// <param name="Epoch">Which one, from 1; 0 is the network before the first.</param>
/// <param name="TrainLoss">The mean loss over the epoch; NaN for epoch 0.</param>
/// <param name="ValidationLosses">The loss of each row held out after it; empty where there are none.</param>
internal sealed record EpochResult(int Epoch, double TrainLoss, IReadOnlyList<float> ValidationLosses)
{
    /// <summary>Their mean; null where there are none.</summary>
    public double? ValidationLoss { get; } = ValidationLosses.Count == 0 ? null : ValidationLosses.Average();
}
