using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>
/// Every value of every yes-or-no and named option of a trainer that is not its default and that an input allows, and an ensemble.
/// </summary>
internal static class TrainerChoices
{
    public static IEnumerable<(string Name, Action<TrainerOptions> Choose)> Of(TrainerCase trainer, ToyInput input) =>
        trainer.LearnsInEpochs ? Named(trainer, input)
            .Append(("EnsembleSize = 3", options => ((NetworkTrainerOptions)options).EnsembleSize = 3)) : Named(trainer, input);

    private static IEnumerable<(string Name, Action<TrainerOptions> Choose)> Named(TrainerCase trainer, ToyInput input) =>
        from leaf in OptionLeaf.Of(trainer.Defaults().GetType())
        where leaf.Type.IsEnum || leaf.Type == typeof(bool)
        where leaf.Type != typeof(ComputeDevice)
        from value in leaf.Type.IsEnum ? Enum.GetValues(leaf.Type).Cast<object>() : [false, true]
        where !value.Equals(leaf.Get(trainer.Defaults()))
        where trainer.Task.IsClassification || value is not ClassWeighting.Balanced
        where value is not SequenceBase.RandomConvolution || !(input.IsTokens || trainer.Task is ForecastToy)
        // They need a guide, a teacher, or matrices and sizes that not every network here has: GuidedTrainingTests, DistilledTrainingTests, SparsityTests, SparseModelTests.
        where !leaf.Path.StartsWith("Training.Guidance.", StringComparison.Ordinal)
            && !leaf.Path.StartsWith("Training.Distillation.", StringComparison.Ordinal)
        where trainer.Task.IsClassification || leaf.Path != "Training.GradientNoise.Rescue"
        where value is not (SparsityMethod.SrSte or SparsityStructure or SparsityTargets)
        // Their scores at the start are all 0 in forecasters, whose outputs begin at 0, and may be in Lrcn's few channels: SparsityAtStartTests.
        where value is not (SparsityMethod.GraSP or SparsityMethod.SynFlow) || !(trainer.Task is ForecastToy || trainer.Name.StartsWith("Lrcn", StringComparison.Ordinal))
        select ($"{leaf.Path} = {value}", (Action<TrainerOptions>)(options => leaf.Set(options, value)));
}
