namespace Microsoft.ML.Extensions.Training;

/// <summary>Changes the learning rate over all epochs of a run.</summary>
internal sealed class RateSchedule(LearningRateSchedule schedule, double warmupFraction, long steps) : TrainingTechnique, ITechnique
{
    public static TrainingTechnique? For(TechniqueContext context) => new RateSchedule(
        context.Options.Schedule, context.Options.WarmupFraction, context.Run.Plan.Epochs * context.StepsPerEpoch);

    public override double RateFactor(long step) => LearningRates.Factor(schedule, warmupFraction, step, steps);
}
