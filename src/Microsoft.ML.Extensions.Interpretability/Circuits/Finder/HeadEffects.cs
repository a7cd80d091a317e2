using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The effect of each head's output on the targets to first order.</summary>
internal static class HeadEffects
{
    /// <summary><c>mean over rows |sum over tokens z W_O g|</c> of each head.</summary>
    /// <param name="model">The model.</param>
    /// <param name="activations">The heads' outputs in rows.</param>
    /// <param name="after">The gradients after each layer's attention, <c>[N, D]</c>.</param>
    /// <param name="means">The means to subtract; null for none.</param>
    public static Dictionary<CircuitNode,
        double> Of(TransformerModel model, HeadActivations activations, Tensor[] after, HeadMeans? means = null)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var scores = new Dictionary<CircuitNode, double>();
        for (var layer = 0; layer < model.Config.Layers; layer++)
        {
            var perHead = model.Use(weights => weights.Layers[layer].Output.unflatten(1, [model.Config.Heads, model.Config.HeadWidth]));
            var outputs = means is null ? activations[layer] : means.Beyond(layer, activations[layer], activations.Places);
            Add(scores, layer, einsum("nhw,nhw->nh", outputs, einsum("nd,dhw->nhw", after[layer], perHead)), activations);
        }
        return scores;
    }

    // Means over rows of the effects of a layer's heads, [N, H], summed over tokens.
    private static void Add(Dictionary<CircuitNode, double> scores, int layer, Tensor effects, HeadActivations activations)
    {
        using var scope = NewDisposeScope();
        var rows = tensor(Array.ConvertAll(activations.Rows, row => (long)row), device: effects.device);
        var perRow = zeros([activations.RowCount, effects.shape[1]], effects.dtype, effects.device)
            .index_add_(0, rows, effects, Numbers.One);
        var means = perRow.abs().mean([0]).to_type(ScalarType.Float64).cpu().contiguous().AsDoubles();
        for (var head = 0; head < means.Length; head++)
        {
            scores[CircuitNode.Head(layer, head)] = means[head];
        }
    }
}
