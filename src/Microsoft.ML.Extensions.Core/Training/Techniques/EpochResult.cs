namespace Microsoft.ML.Extensions.Training;

/// <summary>The result of an epoch.</summary>
/// <param name="Epoch">The number of the epoch, from 1; 0 is the network before the first.</param>
/// <param name="TrainLoss">The mean loss over the epoch; NaN for epoch 0.</param>
/// <param name="ValidationLosses">The loss of each validation row after the epoch; empty where there are none.</param>
/// <param name="ValidationAccuracy">The part of the validation rows whose class is right; null where there are no such rows, or no classes.</param>
internal sealed record EpochResult(
    int Epoch, double TrainLoss, IReadOnlyList<float> ValidationLosses, double? ValidationAccuracy = null)
{
    /// <summary>The mean validation loss; null where there are no validation rows.</summary>
    public double? ValidationLoss { get; } = ValidationLosses.Count == 0 ? null : ValidationLosses.Average();
}
