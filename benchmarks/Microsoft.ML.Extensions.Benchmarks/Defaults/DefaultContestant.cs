using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>A method in the comparison of defaults.</summary>
/// <param name="Name">The name in the table.</param>
/// <param name="IsOurs">Whether it is a trainer of this pack and not a baseline.</param>
/// <param name="IsRandom">Whether it depends on a seed.</param>
/// <param name="Score">Accuracy, or for regression the negative root mean squared error.</param>
internal sealed record DefaultContestant(string Name, bool IsOurs, bool IsRandom, Func<SeriesTask, double> Score)
{
    public static IReadOnlyList<DefaultContestant> All { get; } =
    [
        .. Ours<ParaRnnOptions>("ParaRnn", (catalog, options) => catalog.ParaRnn(options), (catalog, options) => catalog.ParaRnn(options)),
        .. Ours<LsslOptions>("Lssl", (catalog, options) => catalog.Lssl(options), (catalog, options) => catalog.Lssl(options)),
        .. Ours<AarenOptions>("Aaren", (catalog, options) => catalog.Aaren(options), (catalog, options) => catalog.Aaren(options)),
        .. Ours<RecurrentOptions>(
            "Recurrent", (catalog, options) => catalog.Recurrent(options), (catalog, options) => catalog.Recurrent(options)),
        .. Ours<SingleLayerTransformerOptions>(
            "SingleLayerTransformer", (catalog, options) => catalog.SingleLayerTransformer(options), (catalog, options) =>
                catalog.SingleLayerTransformer(options)),
        new("RandomConvolution", true, true, task => task.OfSequences(t =>
        {
            var options = new RandomConvolutionOptions { Seed = t.Seed };
            return t.Set.IsRegression ? t.ML.Regression.Trainers.RandomConvolution(options)
                : t.ML.MulticlassClassification.Trainers.RandomConvolution(options);
        })),
        Peer("FCN", (catalog, seed) => ConvolutionPeer.Create(catalog, seed), (catalog, seed) => ConvolutionPeer.Create(catalog, seed)),
        Peer("nn.GRU", (catalog, seed) => new RecurrentPeer(catalog, AtDefaults(RecurrentPeerCell.Gru, seed)), (catalog, seed) =>
            new RecurrentPeer(catalog, AtDefaults(RecurrentPeerCell.Gru, seed))),
        Peer("nn.LSTM", (catalog, seed) => new RecurrentPeer(catalog, AtDefaults(RecurrentPeerCell.Lstm, seed)), (catalog, seed) =>
            new RecurrentPeer(catalog, AtDefaults(RecurrentPeerCell.Lstm, seed))),
        Vectors("LightGBM", false, ml => ml.MulticlassClassification.Trainers.LightGbm(), ml => ml.Regression.Trainers.LightGbm()),
        Vectors(
            "FastForest", false, ml => ml.MulticlassClassification.Trainers.OneVersusAll(ml.BinaryClassification.Trainers.FastForest()),
                ml => ml.Regression.Trainers.FastForest()),
        new("ridge", false, false, task => task.OfRidge()),
        new("1-NN", false, false, task => task.OfNearest()),
        new("constant", false, false, task => task.OfConstant()),
    ];

    // Without the base that the defaults add.
    private static DefaultContestant[] Ours<TOptions>(
        string name,
        Func<MulticlassClassificationCatalog.MulticlassClassificationTrainers, TOptions, IEstimator<NetworkTransformer>> classes,
        Func<RegressionCatalog.RegressionTrainers, TOptions, IEstimator<NetworkTransformer>> numbers)
        where TOptions : SequenceTrainerOptions, new()
    {
        return [Contestant(name, new TOptions().Base), Contestant($"{name} alone", SequenceBase.None)];

        DefaultContestant Contestant(string called, SequenceBase? solved) => new(called, true, true, task => task.OfSequences(t =>
        {
            var options = new TOptions { Base = solved };
            options.Training.Seed = t.Seed;
            return t.Set.IsRegression ? numbers(t.ML.Regression.Trainers, options)
                : classes(t.ML.MulticlassClassification.Trainers, options);
        }));
    }

    private static DefaultContestant Peer(
        string name, Func<MulticlassClassificationCatalog.MulticlassClassificationTrainers, int, IEstimator<ITransformer>> classes,
        Func<RegressionCatalog.RegressionTrainers, int, IEstimator<ITransformer>> numbers) =>
        new(name, false, true, task => task.OfSequences(t =>
            t.Set.IsRegression ? numbers(t.ML.Regression.Trainers, t.Seed) : classes(t.ML.MulticlassClassification.Trainers, t.Seed)));

    private static DefaultContestant Vectors(
        string name, bool isRandom, Func<MLContext, IEstimator<ITransformer>> classes, Func<MLContext, IEstimator<ITransformer>> numbers) =>
        new(name, false, isRandom, task => task.OfVectors(t => t.Set.IsRegression ? numbers(t.ML) : classes(t.ML)));

    // One layer and its last state: what a user writes in a minute.
    private static RecurrentPeerOptions AtDefaults(RecurrentPeerCell cell, int seed)
    {
        var options = new RecurrentPeerOptions { Cell = cell, Layers = 1, EnsembleSize = 1, Pooling = SequencePooling.Last };
        options.Training.Seed = seed;
        return options;
    }
}
