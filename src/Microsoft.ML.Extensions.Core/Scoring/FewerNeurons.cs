using System.Text.Json;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>A trained model with fewer neurons.</summary>
internal static class FewerNeurons
{
    /// <summary>The model that remains.</summary>
    /// <param name="network">The model's network, or its ensemble.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="baseKind">The kind of its base; null where there is none.</param>
    /// <param name="description">The model without its weights.</param>
    /// <param name="density">The part of the neurons that stays.</param>
    /// <param name="build">Builds a model of a description and weights.</param>
    /// <exception cref="InvalidOperationException">The network is of a kind that does not allow it.</exception>
    public static NetworkTransformer Of(
        Network network, NetworkKind kind, NetworkKind? baseKind, ModelDescription description, double density,
        Func<ModelDescription, byte[], NetworkTransformer> build)
    {
        if (kind.RemoveNeurons is not { } remove || baseKind is not null || description.Head.Details is not null)
        {
            throw new InvalidOperationException(
                $"Structure {SparsityStructure.Neurons} removes neurons only where the rest is exactly the network without them: DeepNetwork and Recurrent, not forecasts, and without a base. "
                + $"This model is of {kind.Name}{(baseKind is null ? "" : $" beside a base of {baseKind.Name}; train with Base None")}. Take {SparsityStructure.Blocks} or {SparsityStructure.Unstructured}.");
        }
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var parts = network is IComposed composed ? composed.Networks.Select(part => (Prefix: part.Name + ".", part.Network)) : [("", network)];
        JsonElement options = default;
        var state = new List<(string, Tensor)>();
        foreach (var (prefix, part) in parts)
        {
            var (smaller, values) = remove(part, description.Options, density);
            options = smaller;
            state.AddRange(values.Select(pair => (prefix + pair.Key, pair.Value)));
        }
        return build(description with { Options = options }, Safetensors.Write(state));
    }
}
