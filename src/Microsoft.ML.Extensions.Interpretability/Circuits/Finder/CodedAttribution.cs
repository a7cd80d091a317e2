using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// What each head's coded output does to the targets: <c>mean over rows |sum over tokens a (V^T g)|</c>, a the head's features beyond their rest,
/// V the features' directions, g the gradients.
/// </summary>
internal sealed class CodedAttribution(TransformerModel model, HeadCoder coder, BaselineMeans baseline)
{
    private readonly TransformerConfig _config = model.Config;

    /// <summary>The activations that sources other than heads write with.</summary>
    public static HookPoint[] Sources(TransformerConfig config) =>
        [new(HookKind.Embedding), .. config.HasMlp ? HookPoint.OfEachLayer(HookKind.MlpOutput, config) : []];

    /// <summary>Heads' scores.</summary>
    /// <param name="activations">What the heads said in the rows.</param>
    /// <param name="behind">The gradients behind each layer's attention, <c>[N, D]</c>.</param>
    public Dictionary<CircuitNode, double> Heads(HeadActivations activations, Tensor[] behind)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var scores = new Dictionary<CircuitNode, double>();
        for (var layer = 0; layer < _config.Layers; layer++)
        {
            var coded = coder.Deviations(layer, activations[layer], activations.Places);
            HeadEffects.Add(scores, layer, einsum("nhf,nf->nh", coded, behind[layer].mm(coder.Directions(layer))), activations);
        }
        return scores;
    }

    /// <summary>What each source wrote beyond its baseline, heads as far as it is coded.</summary>
    public WrittenParts Written(IReadOnlyList<CircuitExample> examples)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var batch = new TokenBatch(examples.Select(example => example.Tokens));
        var points = Sources(_config);
        var heads = HookPoint.OfEachLayer(HookKind.HeadOutput, _config);
        using var cache = model.Run(batch, [.. points, .. heads]);
        var nodes = new List<CircuitNode>();
        var parts = new List<Tensor>();
        foreach (var point in points)
        {
            nodes.Add(point.Kind == HookKind.Embedding ? CircuitNode.Input : CircuitNode.Mlp(point.Layer));
            parts.Add(cache[point].Minus(baseline[point, batch.Steps]).unsqueeze(2));
        }
        var places = Enumerable.Range(0, batch.Rows).SelectMany(_ => Enumerable.Range(0, batch.Steps)).ToArray();
        foreach (var point in heads)
        {
            nodes.AddRange(Enumerable.Range(0, _config.Heads).Select(head => CircuitNode.Head(point.Layer, head)));
            var coded = coder.Deviations(point.Layer, cache[point].flatten(0, 1), places);
            parts.Add(matmul(coded, coder.Directions(point.Layer).t()).unflatten(0, [batch.Rows, batch.Steps]));
        }
        return new WrittenParts(nodes, cat(parts, 2).MoveToOuterDisposeScope());
    }
}
