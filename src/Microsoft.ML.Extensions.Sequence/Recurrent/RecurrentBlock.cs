using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The pack's block around cells with full matrices, dense or on a random graph.</summary>
internal static class RecurrentBlock
{
    /// <param name="options">The options.</param>
    /// <param name="index">The block's index: each block has its own graph.</param>
    /// <param name="randomness">The source of dropout.</param>
    /// <param name="generator">The source of the first weights.</param>
    public static ScanBlock Create(RecurrentOptions options, int index, RandomSource randomness, Generator generator) =>
        new(Settings(options), reverse => Scan(options, index, reverse, generator), randomness, generator);

    /// <summary>The same as C# kernels.</summary>
    public static ManagedScanBlock CreateManaged(RecurrentOptions options, int index, ManagedParts parts) =>
        new(Settings(options), (reverse, own) => options.Structure == RecurrentStructure.RandomGraph
            ? new ManagedGraphLayer(Graph(options, index), Layer(options, reverse), own)
            : ManagedRecurrentWeights.Create(Layer(options, reverse), own), parts);

    private static ScanLayer Scan(RecurrentOptions options, int index, bool reverse, Generator generator) =>
        options.Structure == RecurrentStructure.RandomGraph
            ? new RandomGraphLayer(Graph(options, index), Layer(options, reverse), generator)
            : new RecurrentLayer(Layer(options, reverse), generator);

    private static ScanBlockSettings Settings(RecurrentOptions options) =>
        new(options.HiddenSize, options.ConvolutionWidth, options.Bidirectional, options.Dropout);

    private static RecurrentLayerOptions Layer(RecurrentOptions options, bool reverse) => new(
        options.HiddenSize, options.HiddenSize, options.Cell, options.Activation, options.Peepholes, reverse, options.TruncationLength);

    private static GraphLayers Graph(RecurrentOptions options, int index) => new(RandomGraph.Draw(options.Graph, index));
}
