using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>The sequence trainers to compare, with their names in the tables.</summary>
/// <param name="Name">The name.</param>
/// <param name="IsLinear">Whether time and memory grow linearly with the length, and a stream's state is constant.</param>
/// <param name="AtDefaults">The trainer with every option except the seed at its default.</param>
/// <param name="Sized">
/// The trainer at a given width, causal, pooled by the mean, with one layer, one network and one epoch.
/// </param>
internal sealed record SequenceTrainers(
    string Name, bool IsLinear, Func<MLContext, int, IEstimator<NetworkTransformer>> AtDefaults, Func<MLContext, int,
        IEstimator<NetworkTransformer>> Sized)
{
    public static IReadOnlyList<SequenceTrainers> All { get; } =
    [
        Of<ParaRnnOptions>("ParaRnn", (trainers, options) => trainers.ParaRnn(options), options => options.Bidirectional = false),
        Of<LsslOptions>("Lssl", (trainers, options) => trainers.Lssl(options), options => options.Bidirectional = false),
        Of<RecurrentOptions>("Recurrent", (trainers, options) => trainers.Recurrent(options), options => options.Bidirectional = false),
        Of<AarenOptions>("Aaren", (trainers, options) => trainers.Aaren(options)),
        Of<AarenOptions>("CausalSoftmax", (trainers, options) =>
        {
            options.Attention = AttentionKind.CausalSoftmax;
            return trainers.Aaren(options);
        }, isLinear: false),
        Of<SingleLayerTransformerOptions>("SingleLayerTransformer", (trainers, options) => trainers.SingleLayerTransformer(options),
            options => options.Causal = true, isLinear: false),
    ];

    private static SequenceTrainers Of<TOptions>(
        string name, Func<MulticlassClassificationCatalog.MulticlassClassificationTrainers, TOptions,
            IEstimator<NetworkTransformer>> create,
        Action<TOptions>? causal = null, bool isLinear = true)
        where TOptions : SequenceTrainerOptions, new() => new(
            name, isLinear,
            (ml, seed) =>
            {
                var options = new TOptions { Base = SequenceBase.None };
                options.Training.Seed = seed;
                return create(ml.MulticlassClassification.Trainers, options);
            },
            (ml, width) =>
            {
                var options = new TOptions { Base = SequenceBase.None, HiddenSize = width, Layers = 1, EnsembleSize = 1, Pooling = SequencePooling.Mean };
                (options.Training.Seed, options.Training.Epochs, options.Training.BatchSize) = (1, 1, 1);
                causal?.Invoke(options);
                return create(ml.MulticlassClassification.Trainers, options);
            });
}
