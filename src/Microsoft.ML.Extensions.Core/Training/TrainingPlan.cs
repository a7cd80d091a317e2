namespace Microsoft.ML.Extensions.Training;

/// <summary>The options with everything that depends on the data chosen.</summary>
internal sealed record TrainingPlan(int Epochs, int BatchSize, double ValidationFraction, int Members)
{
    private const int AimedSteps = 800;
    private const int SmallData = 2000;
    private const int TinyData = 500;

    public static TrainingPlan For(TrainingOptions options, int members, long rows, bool hasValidationData)
    {
        var fraction = hasValidationData ? 0 : options.ValidationFraction ?? (rows < SmallData ? 0 : 0.1);
        var trainRows = Math.Max(1, rows * (1 - fraction));
        var batch = options.BatchSize > 0 ? options.BatchSize : (int)Math.Clamp(trainRows / 20, 8, 64);
        var epochs = options.Epochs > 0 ? options.Epochs : (int)Math.Clamp(AimedSteps / Math.Ceiling(trainRows / batch), 10, 150);
        return new TrainingPlan(epochs, batch, fraction, members > 0 ? members : rows < TinyData ? 5 : 1);
    }
}
