namespace Microsoft.ML.Extensions;

/// <summary>Where training is after a pass over the data.</summary>
/// <param name="Epoch">The passes done, from 1; those of earlier members of an ensemble included.</param>
/// <param name="Epochs">The passes there will be, if nothing stops earlier.</param>
/// <param name="TrainLoss">The mean loss over the pass: nats for classes, squared standard deviations of the target for numbers.</param>
/// <param name="ValidationLoss">The mean loss on the validation rows, or null where there are none.</param>
/// <param name="LearningRate">The step size at the end of the pass.</param>
/// <param name="RowsPerSecond">Training rows a second, validation included in the time.</param>
public sealed record TrainingProgress(
    int Epoch, int Epochs, double TrainLoss, double? ValidationLoss, double LearningRate, double RowsPerSecond);
