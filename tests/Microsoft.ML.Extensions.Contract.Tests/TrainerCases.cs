using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Every trainer of the pack: a new one is one line here, and gets the whole suite.</summary>
internal static class TrainerCases
{
    private static readonly TrainerFamily[] Families =
    [
        new TrainerFamily<ParaRnnOptions>("ParaRnn", o => (o.HiddenSize, o.Layers) = (8, 1), ToyInput.All, o => o.Bidirectional = false)
            .Multiclass((t, o) => t.ParaRnn(o)).Binary((t, o) => t.ParaRnn(o)).Regression((t, o) => t.ParaRnn(o))
                .Forecasting((c, o, f) => c.ParaRnn(o, f)),
        new TrainerFamily<LsslOptions>(
                "Lssl", o => (o.HiddenSize, o.Layers, o.StateSize) = (8, 1, 8), ToyInput.All, o => o.Bidirectional = false,
                o => o.StateMatrix = o.Kernel is LsslKernel.DenseKrylov or LsslKernel.Structured ? StateMatrix.LegS : o.StateMatrix)
            .Multiclass((t, o) => t.Lssl(o)).Binary((t, o) => t.Lssl(o)).Regression((t, o) => t.Lssl(o))
                .Forecasting((c, o, f) => c.Lssl(o, f)),
        new TrainerFamily<AarenOptions>("Aaren", o => (o.HiddenSize, o.Layers) = (8, 1), ToyInput.All, _ => { })
            .Multiclass((t, o) => t.Aaren(o)).Binary((t, o) => t.Aaren(o)).Regression((t, o) => t.Aaren(o))
                .Forecasting((c, o, f) => c.Aaren(o, f)),
        new TrainerFamily<SingleLayerTransformerOptions>(
                "SingleLayerTransformer", o => (o.HiddenSize, o.FeedForwardWidth) = (8, 8), ToyInput.All, o => o.Causal = true,
                stateGrows: true)
            .Multiclass((t, o) => t.SingleLayerTransformer(o)).Binary((t, o) => t.SingleLayerTransformer(o))
            .Regression((t, o) => t.SingleLayerTransformer(o)).Forecasting((c, o, f) => c.SingleLayerTransformer(o, f)),
        new TrainerFamily<RecurrentOptions>(
                "Recurrent", o => (o.HiddenSize, o.Layers, o.Graph.Nodes) = (16, 1, 10), ToyInput.All, o => o.Bidirectional = false,
                o => o.Cell = o.Peepholes ? RecurrentCell.Lstm : o.Activation == RecurrentActivation.Relu ? RecurrentCell.Elman : o.Cell)
            .Multiclass((t, o) => t.Recurrent(o)).Binary((t, o) => t.Recurrent(o)).Regression((t, o) => t.Recurrent(o))
                .Forecasting((c, o, f) => c.Recurrent(o, f)),
        new TrainerFamily<LrcnOptions>(
                "Lrcn", o => (o.ConvolutionChannels, o.HiddenSize, o.ClipLength, o.ClipStride) = (4, 8, 6, 3),
                [ToyInput.Unequal, ToyInput.Equal, ToyInput.Flat, ToyInput.Frames])
            .Multiclass((t, o) => t.Lrcn(o)).Binary((t, o) => t.Lrcn(o)).Regression((t, o) => t.Lrcn(o))
                .Forecasting((c, o, f) => c.Lrcn(o, f)),
        new TrainerFamily<RandomConvolutionOptions>(
            "RandomConvolution", o => o.Features = 672, [ToyInput.Unequal, ToyInput.Equal, ToyInput.Flat])
            .Multiclass((t, o) => t.RandomConvolution(o)).Binary((t, o) => t.RandomConvolution(o))
                .Regression((t, o) => t.RandomConvolution(o)),
        new TrainerFamily<NeuralTangentKernelOptions>("NeuralTangentKernel", _ => { }, [ToyInput.Equal, ToyInput.Flat])
            .Multiclass((t, o) => t.NeuralTangentKernel(o)).Binary((t, o) => t.NeuralTangentKernel(o)),
        new TrainerFamily<NeuralTangentKernelOptions>(
                "NeuralTangentKernel", _ => { }, [ToyInput.Equal, ToyInput.Flat], complete: o => o.InfiniteDepth = false)
            .Regression((t, o) => t.NeuralTangentKernel(o)),
        new TrainerFamily<DeepNetworkOptions>(
                "DeepNetwork", o => (o.Width, o.Depth, o.Activation) = (16, 2, DeepActivation.Tanh),
                    [ToyInput.Equal, ToyInput.Flat, ToyInput.Images],
                complete: o => o.Initialization = o.Activation is DeepActivation.Sigmoid or DeepActivation.Softplus
                    ? DeepInitialization.LeCun : o.Initialization)
            .Multiclass((t, o) => t.DeepNetwork(o)).Binary((t, o) => t.DeepNetwork(o)).Regression((t, o) => t.DeepNetwork(o)),
    ];

    public static IReadOnlyList<TrainerCase> All { get; } = [.. Families.SelectMany(family => family.Cases)];

    public static IReadOnlyList<TrainerCase> OneTaskEach { get; } =
        [.. Families.Select((family, index) => family.Cases[index % family.Cases.Count])];

    public static TrainerCase Named(string name) => All.Single(trainer => trainer.Name == name);
}
