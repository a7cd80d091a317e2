namespace Microsoft.ML.Extensions.Training;

/// <summary>The settings of a run that the options leave open, chosen from the data.</summary>
internal sealed record TrainingPlan(int Epochs, int BatchSize, int EnsembleSize)
{
    private const int AimedSteps = 800;
    private const int SmallData = 2000;
    private const int TinyData = 500;
    private const int StepsPerEpoch = 20;
    private const int SmallestBatch = 8;
    private const int LargestBatch = 64;

    /// <param name="options">The options.</param>
    /// <param name="members">The ensemble size, 0 to choose.</param>
    /// <param name="rows">The number of training rows.</param>
    /// <param name="stepsPerEpoch">The fewest steps that an epoch is divided into.</param>
    /// <param name="largestBatch">The most rows of a batch.</param>
    public static TrainingPlan For(
        TrainingOptions options, int members, long rows, int stepsPerEpoch = StepsPerEpoch, int largestBatch = LargestBatch)
    {
        var batch = options.BatchSize > 0 ? options.BatchSize
            : (int)Math.Clamp((double)rows / stepsPerEpoch, SmallestBatch, largestBatch);
        var epochs = options.Epochs > 0 ? options.Epochs : (int)Math.Clamp(AimedSteps / Math.Ceiling((double)rows / batch), 10, 150);
        return new TrainingPlan(epochs, batch, members > 0 ? members : rows < TinyData ? 5 : 1);
    }

    /// <summary>The fraction of the rows to hold out.</summary>
    /// <param name="options">The options.</param>
    /// <param name="rows">The number of all rows.</param>
    public static double ValidationFraction(TrainingOptions options, long rows) =>
        options.ValidationFraction ?? (rows < SmallData ? 0 : 0.1);
}
