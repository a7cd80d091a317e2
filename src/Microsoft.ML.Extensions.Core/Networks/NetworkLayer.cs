using Microsoft.ML.Extensions.Columns;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>A layer whose activations can be taken.</summary>
/// <param name="Name">Its name in the whole model, such as <c>members.1.blocks.0</c>.</param>
/// <param name="Network">The network that it is in: the model's, or one of an ensemble.</param>
/// <param name="OwnName">Its name there.</param>
internal sealed record NetworkLayer(string Name, Network Network, string OwnName)
{
    /// <summary>All layers of a network; none where it has no layers with names.</summary>
    public static IReadOnlyList<NetworkLayer> Of(Network network) => network switch
    {
        IComposed composed => [.. composed.Networks.SelectMany(part =>
            Of(part.Network).Select(layer => layer with { Name = $"{part.Name}.{layer.Name}" }))],
        ILayered layered => [.. layered.Layers.Select(layer => new NetworkLayer(layer, network, layer))],
        _ => [],
    };

    /// <summary>What is kept of the activations of layers, in their order, by one forward pass of each network.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="keep">What is kept of the activations <c>[B, n]</c> of a layer, by its name in the whole model.</param>
    public static Tensor[] Take(IReadOnlyList<NetworkLayer> layers, InputBatch batch, Func<string, Tensor, Tensor> keep)
    {
        var taken = new Tensor[layers.Count];
        foreach (var part in layers.Select((layer, index) => (Layer: layer, Index: index)).GroupBy(pair => pair.Layer.Network))
        {
            var names = part.ToLookup(pair => pair.Layer.OwnName, pair => pair.Layer.Name);
            using var trace = new LayerTrace(
                [.. names.Select(group => group.Key)], batch.Rows, (layer, rows) => keep(names[layer].First(), rows));
            part.Key.call(batch);
            foreach (var (layer, index) in part)
            {
                taken[index] = trace[layer.OwnName];
            }
        }
        return taken;
    }
}
