namespace Microsoft.ML.Extensions.Training;

/// <summary>The step size as a fraction of the largest one.</summary>
internal static class LearningRates
{
    /// <summary>The factor, 0 to 1, of step <paramref name="step"/> (from 0) of <paramref name="steps"/>.</summary>
    public static double Factor(LearningRateSchedule schedule, double warmupFraction, long step, long steps)
    {
        var warmup = warmupFraction * steps;
        if (step < warmup)
        {
            return (step + 1) / (warmup + 1);
        }
        var done = Math.Min(1, (step - warmup) / Math.Max(1, steps - warmup));
        return schedule switch
        {
            LearningRateSchedule.Cosine => 0.5 * (1 + Math.Cos(Math.PI * done)),
            LearningRateSchedule.Linear => 1 - done,
            _ => 1,
        };
    }
}
