using System.Globalization;
using System.Text.Json;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>Removes neurons of fully connected layers, with their weights into the next layer, biases and batch norms.</summary>
internal static class FewerDeepNeurons
{
    /// <inheritdoc cref="Scoring.NeuronRemoval"/>
    public static (JsonElement Options, IReadOnlyDictionary<string, Tensor> State) Of(Network network, JsonElement options, double density)
    {
        var settings = options.Deserialize<DeepNetworkOptions>(ModelEntry.Json)!;
        var plan = settings.Plan();
        Check(plan);
        var state = network.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.detach());
        var widths = new List<long>();
        for (var layer = 0; layer < plan.Layers.Count; layer++)
        {
            var (own, next) = ($"layers.{layer}.", layer + 1 < plan.Layers.Count ? $"layers.{layer + 1}.weight" : "output.weight");
            var neurons = state[own + "weight"].shape[0];
            var kept = Neurons.Best(cat([state[own + "weight"], state[own + "bias"].unsqueeze(1)], 1), state[next], density);
            state[next] = Neurons.Select(state[next], 1, neurons, kept);
            foreach (var name in state.Keys.Where(name => name.StartsWith(own, StringComparison.Ordinal)
                || (name.StartsWith($"norms.{layer}.", StringComparison.Ordinal) && state[name].dim() > 0 && state[name].shape[0] == neurons)).ToArray())
            {
                state[name] = Neurons.Select(state[name], 0, neurons, kept);
            }
            widths.Add(kept.shape[0]);
        }
        settings.Architecture = string.Join(", ", widths.Select(width => string.Create(CultureInfo.InvariantCulture, $"fc {width}")));
        (settings.Activation, settings.Normalization, settings.ResidualWeight) = (plan.Activation!.Value, plan.Normalization!.Value, 0);
        return (JsonSerializer.SerializeToElement(settings, ModelEntry.Json), state);
    }

    private static void Check(NetworkPlan plan)
    {
        var obstacle = plan.NeedsImages ? "has convolutions or pools"
            : plan.ResidualWeight > 0 ? "adds layers to the next ones by ResidualWeight"
            : plan.Normalization == DeepNormalization.Layer ? "has layer norms, which mix all neurons" : null;
        if (obstacle is not null)
        {
            throw new InvalidOperationException(
                $"The DeepNetwork {obstacle}, so without some neurons the others would compute something else. Take a structure of weights, such as {SparsityStructure.Blocks}.");
        }
    }
}
