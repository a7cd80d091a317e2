using System.Text.Json;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Removes channels of plain recurrent layers: of each layer its rows of all gates, its column of the recurrent matrix and that of what reads the layer; and of the
/// embedding.
/// </summary>
internal static class FewerChannels
{
    private const string InputName = "inputWeight", RecurrentName = "recurrentWeight", EmbeddingName = "embedding.weight", HeadName = "head.weight";

    /// <inheritdoc cref="Scoring.NeuronRemoval"/>
    public static (JsonElement Options, IReadOnlyDictionary<string, Tensor> State) Of(Network network, JsonElement options, double density)
    {
        var settings = options.Deserialize<RecurrentOptions>(ModelEntry.Json)!;
        Check(settings);
        var state = network.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.detach());
        long width = settings.HiddenSize;
        // The embedding of tokens is a table [V, H], that of numbers a matrix [H, C].
        var channelsFirst = state.ContainsKey("embedding.bias");
        var embedding = state[EmbeddingName];
        var kept = Neurons.Best(channelsFirst ? embedding : embedding.t(), state[Layer(0) + InputName], density);
        state[EmbeddingName] = Neurons.Select(embedding, channelsFirst ? 0 : 1, width, kept);
        if (channelsFirst)
        {
            state["embedding.bias"] = Neurons.Select(state["embedding.bias"], 0, width, kept);
        }
        for (var layer = 0; layer < settings.Layers; layer++)
        {
            var own = Layer(layer);
            var reader = layer + 1 < settings.Layers ? Layer(layer + 1) + InputName : HeadName;
            state[own + InputName] = Neurons.Select(state[own + InputName], 1, width, kept);
            kept = Neurons.Best(
                ByChannel(cat([state[own + InputName], state[own + RecurrentName]], 1), width),
                cat([state[own + RecurrentName], state[reader].reshape(-1, width)]), density);
            state[own + RecurrentName] = Neurons.Select(state[own + RecurrentName], 1, width, kept);
            foreach (var name in state.Keys.Where(name => name.StartsWith(own, StringComparison.Ordinal)).ToArray())
            {
                // Peepholes are [3, H]; all others begin with the gates' channels.
                state[name] = Neurons.Select(state[name], name.EndsWith("peepholes", StringComparison.Ordinal) ? 1 : 0, width, kept);
            }
        }
        state[HeadName] = Neurons.Select(state[HeadName], 1, width, kept);
        settings.HiddenSize = (int)kept.shape[0];
        return (JsonSerializer.SerializeToElement(settings, ModelEntry.Json), state);
    }

    private static string Layer(int layer) => $"blocks.{layer}.forwards.";

    // [G H, n] as [H, G n].
    private static Tensor ByChannel(Tensor gates, long width) => gates.view(-1, width, gates.shape[1]).transpose(0, 1).reshape(width, -1);

    private static void Check(RecurrentOptions options)
    {
        var obstacle = options.ConvolutionWidth > 0 ? $"ConvolutionWidth is {options.ConvolutionWidth}, whose norms and residual connections mix channels; train with 0"
            : options.Bidirectional ? "Bidirectional is true, whose linear layer adds both directions up to the width; train with false"
            : options.Structure != RecurrentStructure.Dense ? $"Structure is {options.Structure}, whose graph has so many nodes; train with {RecurrentStructure.Dense}"
            : options.Cell == RecurrentCell.Jordan ? $"Cell is {options.Cell}, whose output is its state; train with another"
            : options.Pooling == SequencePooling.Attention ? $"Pooling is {options.Pooling}, which divides by the root of the width; train with another"
            : null;
        if (obstacle is not null)
        {
            throw new InvalidOperationException(
                $"Channels of this recurrent network cannot be removed so that the rest is exactly the network without them: {obstacle}, or take a structure of weights, such as {SparsityStructure.Blocks}.");
        }
    }
}
