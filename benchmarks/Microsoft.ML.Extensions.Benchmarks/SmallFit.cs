using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>A fit that takes a fraction of a second and shares no state with others.</summary>
/// <param name="Name">The trainer.</param>
/// <param name="Scores">Fits, and scores the training rows.</param>
internal sealed record SmallFit(string Name, Func<float[]> Scores)
{
    private const int Rows = 16, Steps = 12, Channels = 2, Horizon = 3;

    public static IReadOnlyList<SmallFit> All { get; } =
    [
        Classes("ParaRnn", ml => ml.MulticlassClassification.Trainers.ParaRnn(Small(new ParaRnnOptions { HiddenSize = 8, Layers = 1 }))),
        Classes("ParaRnn with a base", ml =>
        {
            var options = Small(new ParaRnnOptions { HiddenSize = 8, Layers = 1 });
            options.Base = SequenceBase.RandomConvolution;
            return ml.MulticlassClassification.Trainers.ParaRnn(options);
        }),
        Classes("RandomConvolution", ml =>
            ml.MulticlassClassification.Trainers.RandomConvolution(new RandomConvolutionOptions { Seed = 1, Features = 500 })),
        Classes("Lssl", ml =>
            ml.MulticlassClassification.Trainers.Lssl(Small(new LsslOptions { HiddenSize = 8, Layers = 1, StateSize = 8 }))),
        Classes("Lssl, dense", ml => ml.MulticlassClassification.Trainers.Lssl(Small(new LsslOptions
        {
            HiddenSize = 4,
            Layers = 1,
            StateSize = 8,
            Kernel = LsslKernel.DenseKrylov,
            StateMatrix = StateMatrix.LegS,
        }))),
        Classes("Aaren", ml => ml.MulticlassClassification.Trainers.Aaren(Small(new AarenOptions { HiddenSize = 8, Layers = 1 }))),
        Classes("SingleLayerTransformer", ml => ml.MulticlassClassification.Trainers.SingleLayerTransformer(
            Small(new SingleLayerTransformerOptions { HiddenSize = 8, FeedForwardWidth = 8 }))),
        Classes("Recurrent", ml =>
            ml.MulticlassClassification.Trainers.Recurrent(Small(new RecurrentOptions { HiddenSize = 8, Layers = 1 }))),
        Classes("NeuralTangentKernel", ml =>
            ml.MulticlassClassification.Trainers.NeuralTangentKernel(new NeuralTangentKernelOptions { Seed = 1 })),
        Classes("DeepNetwork", ml => ml.MulticlassClassification.Trainers.DeepNetwork(
            Small(new DeepNetworkOptions { Width = 8, Depth = 2, Activation = DeepActivation.Tanh }))),
        Forecast("forecast by ParaRnn", ml => ml.Forecasting.Trainers.ParaRnn(Small(new ParaRnnOptions { HiddenSize = 8, Layers = 1 }))),
        Forecast("forecast by Aaren", ml => ml.Forecasting.Trainers.Aaren(Small(new AarenOptions { HiddenSize = 8, Layers = 1 }))),
    ];

    private static TOptions Small<TOptions>(TOptions options) where TOptions : NetworkTrainerOptions
    {
        (options.EnsembleSize, options.Training.Epochs, options.Training.Seed) = (1, 2, 1);
        if (options is SequenceTrainerOptions sequence)
        {
            sequence.Base = SequenceBase.None;
        }
        return options;
    }

    private static SmallFit Classes(string name, Func<MLContext, IEstimator<NetworkTransformer>> trainer) => new(name, () =>
    {
        var ml = new MLContext(1);
        var data = GeneratedRows.View(ml, Rows, Steps, Channels);
        using var model = trainer(ml).Fit(data);
        return [.. model.Transform(data).GetColumn<float[]>("Score").SelectMany(score => score)];
    });

    private static SmallFit Forecast(string name, Func<MLContext, IEstimator<NetworkTransformer>> trainer) => new(name, () =>
    {
        var ml = new MLContext(1);
        var schema = SchemaDefinition.Create(typeof(Window));
        schema[nameof(Window.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Steps, Channels);
        schema[nameof(Window.Label)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Horizon);
        var data = ml.Data.LoadFromEnumerable(
            GeneratedRows.Rows(Rows, Steps, Channels)
                .Select(row => new Window { Features = row.Features, Label = row.Features[..Horizon] }), schema);
        using var model = trainer(ml).Fit(data);
        return [.. model.Transform(data).GetColumn<float[]>("Score").SelectMany(score => score)];
    });

    private sealed class Window
    {
        public float[] Features { get; set; } = [];

        public float[] Label { get; set; } = [];
    }
}
