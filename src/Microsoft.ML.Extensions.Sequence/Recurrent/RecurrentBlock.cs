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
        new(new ScanBlockSettings(options.HiddenSize, options.ConvolutionWidth, options.Bidirectional, options.Dropout),
            reverse => Scan(options, index, reverse, generator), randomness, generator);

    private static ScanLayer Scan(RecurrentOptions options, int index, bool reverse, Generator generator)
    {
        RecurrentLayerOptions layer = new(
            options.HiddenSize, options.HiddenSize, options.Cell, options.Activation, options.Peepholes, reverse, options.TruncationLength);
        return options.Structure == RecurrentStructure.RandomGraph
            ? new RandomGraphLayer(new GraphLayers(RandomGraph.Draw(options.Graph, index)), layer, generator)
            : new RecurrentLayer(layer, generator);
    }
}
