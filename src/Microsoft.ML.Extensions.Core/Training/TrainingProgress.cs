namespace Microsoft.ML.Extensions;

/// <summary>The progress of training after an epoch.</summary>
/// <param name="Epoch">The number of completed epochs, from 1, including those of earlier networks of an ensemble.</param>
/// <param name="Epochs">The number of epochs if training does not stop early.</param>
/// <param name="TrainLoss">The mean loss over the epoch: nats for classes, squared standard deviations of the target for numbers.</param>
/// <param name="ValidationLoss">The mean loss on the validation rows, or null where there are none.</param>
/// <param name="LearningRate">The step size at the end of the epoch.</param>
/// <param name="RowsPerSecond">Training rows per second; the time includes validation.</param>
public sealed record TrainingProgress(
    int Epoch, int Epochs, double TrainLoss, double? ValidationLoss, double LearningRate, double RowsPerSecond)
{
    /// <summary>
    /// The part of the validation rows whose class is right, 0 to 1, each row counting the same; null where there are no validation rows, or no classes.
    /// </summary>
    public double? ValidationAccuracy { get; init; }

    /// <summary>The network of an ensemble that this epoch is of, from 1.</summary>
    public int Network { get; init; }

    /// <summary>The completed epochs of that network, from 1.</summary>
    public int NetworkEpoch { get; init; }

    /// <summary>The time until the fit ends if no network stops early: that of an epoch of this fit so far, times those left.</summary>
    public TimeSpan TimeLeft { get; init; }
}
