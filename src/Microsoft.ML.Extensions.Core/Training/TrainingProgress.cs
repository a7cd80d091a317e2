namespace Microsoft.ML.Extensions;

/// <summary>Where training is after an epoch.</summary>
/// <param name="Epoch">The epochs done, from 1; those of earlier members of an ensemble included.</param>
/// <param name="Epochs">The epochs there will be, if nothing stops earlier.</param>
/// <param name="TrainLoss">The mean loss over the epoch: nats for classes, squared standard deviations of the target for numbers.</param>
/// <param name="ValidationLoss">The mean loss on the validation rows, or null where there are none.</param>
/// <param name="LearningRate">The step size at the end of the epoch.</param>
/// <param name="RowsPerSecond">Training rows a second, validation included in the time.</param>
public sealed record TrainingProgress(
    int Epoch, int Epochs, double TrainLoss, double? ValidationLoss, double LearningRate, double RowsPerSecond);
